package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.Suite;
import im.hongyan.systemtests.suite.UnderTest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What members may say, whatever kind it is. */
@ExtendWith(UnderTest.class)
class ContentIT {
  private People people;

  @BeforeEach
  void invite(Suite suite) {
    people = new People(suite);
  }

  @AfterEach
  void everybodyLeaves() {
    people.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'text','text':'hi'}",
        "{'type':'images','images':['/f/1.png',{'url':'/f/2.png','width':640}],'text':'two'}",
        "{'type':'videos','videos':['/f/1.mp4']}",
        "{'type':'files','files':[{'url':'/f/1.pdf','name':'a.pdf'}]}",
        "{'type':'audios','audios':[{'url':'/f/1.ogg','seconds':3}]}",
        "{'type':'link','link':{'url':'https://example.com','title':'Example'}}",
        "{'type':'share','share':{'card':1}}",
        "{'type':'reference','reference':{'messagerecvId':'m1'},'text':'yes'}",
        "{'type':'text','text':'yes','reference':{'messagerecvId':'m1'}}",
        "{'type':'liveaudio'}",
        "{'type':'livevideo'}",
        "{'type':'custom','anything':[null,{'a.b':1.5}]}"
      })
  void everyKindOfContentArrivesAsItWasSent(String content) {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_3);
    SessionId chat = alice.opensChatWith(bob);
    Content sent = JsonMapper.shared().readValue(content.replace('\'', '"'), Content.class);

    alice.sends(sent).to(chat);

    assertThat(JsonMapper.shared().<JsonNode>valueToTree(bob.nextMessage().content()))
        .isEqualTo(JsonMapper.shared().<JsonNode>valueToTree(sent));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void whatIsWrongWithAContentIsSaidAndMentionsAreMembers(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);
    SessionId group = alice.opensGroupWith(bob);

    Reply refused = bob.sends(mentioning("*")).later(group).join();
    assertThat(refused.errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    refused = bob.sends(mentioning("nobody")).later(group).join();
    assertThat(refused.errcode()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(refused.errmsg()).startsWith("content.mentions: nobody");
    bob.sends(mentioning(alice.id().value())).to(group);
    assertThat(alice.nextMessage().content().other())
        .containsEntry("mentions", List.of(alice.id().value()));
    alice.sends(mentioning("*")).to(group);
    assertThat(bob.nextMessage().content().other()).containsEntry("mentions", List.of("*"));
  }

  private static Content mentioning(String who) {
    return JsonMapper.shared()
        .readValue(
            "{\"type\":\"text\",\"text\":\"you\",\"mentions\":[\"" + who + "\"]}", Content.class);
  }
}
