package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.Suite;
import im.hongyan.systemtests.suite.UnderTest;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What members may say, whatever kind it is. */
@ExtendWith({UnderTest.class, Gathering.class})
class ContentIT {
  private Suite suite;
  private People people;

  @BeforeEach
  void invite(Suite suite, People invited) {
    this.suite = suite;
    people = invited;
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

    assertThat(JsonMapper.shared().writeValueAsString(bob.nextMessage().content()))
        .isEqualTo(JsonMapper.shared().writeValueAsString(sent));
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

  @Test
  void messageThatModerationRefusesReachesNobodyAndItsSenderIsTold() throws Exception {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    Files.writeString(suite.words().resolve("reject-scams.txt"), "moonstock\n");
    // The lists are read while the server runs.
    AtomicReference<Reply> refused = new AtomicReference<>();
    Awaitility.await()
        .atMost(Person.PATIENCE)
        .until(
            () -> {
              refused.set(alice.sends("buy moonstock").to(chat));
              String after = "after " + refused.get().messageId();
              alice.sends(after).to(chat);
              if (bob.nextMessage().content().text().equals(after)) {
                return true;
              }
              bob.receives(after);
              return false;
            });

    ServerMessage.MsgPush verdict = alice.nextPush();
    while (!"msg_verdict".equals(verdict.content().other().get("event"))) {
      verdict = alice.nextPush();
    }
    assertThat(verdict.content().other())
        .containsEntry("errcode", 8)
        .containsEntry("clientMsgId", refused.get().clientMsgId());
    assertThat(alice.nextNotice(ServerMessage.MsgVerdict.class).messageId())
        .isEqualTo(refused.get().messageId());
    JsonNode place = bob.findsInHistory(chat, refused.get());
    assertThat(place.get("rejected").asBoolean()).isTrue();
    assertThat(place.has("content")).isFalse();
    assertThat(alice.findsInHistory(chat, refused.get()).toString()).doesNotContain("moonstock");
    Reply good = alice.sends("good").to(chat);
    assertThat(alice.edits(chat, good, "moonstock").errcode()).isEqualTo(ErrorCode.REJECTED);
    assertThat(bob.findsInHistory(chat, good).get("content").get("text").asString())
        .isEqualTo("good");
  }

  private static Content mentioning(String who) {
    return JsonMapper.shared()
        .readValue(
            "{\"type\":\"text\",\"text\":\"you\",\"mentions\":[\"" + who + "\"]}", Content.class);
  }
}
