package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.Reply;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.UnderTest;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever somebody sends, he is told what was wrong, and nobody else notices. */
@ExtendWith({UnderTest.class, Gathering.class})
class BadInputIT {
  private static final int FRAMES = 5_000;

  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  static Stream<Arguments> badInput() {
    byte[] invalidUtf8 = "{\"type\":\"heatbeat\",\"x\":\"??\"}".getBytes(StandardCharsets.UTF_8);
    invalidUtf8[25] = (byte) 0xc3;
    invalidUtf8[26] = (byte) 0x28;
    String deep = "{\"type\":\"msg_send\",\"content\":" + "[".repeat(50_000);
    return Stream.of(
            Arguments.of("not JSON", bytes("hello")),
            Arguments.of("empty", bytes("")),
            Arguments.of("1 MB", new byte[1024 * 1024]),
            Arguments.of("deep nesting", bytes(deep)),
            Arguments.of("wrong types", bytes("{\"type\":\"msg_send\",\"session\":[1]}")),
            Arguments.of("unknown type", bytes("{\"type\":\"make_coffee\"}")),
            Arguments.of("no type", bytes("{}")),
            Arguments.of("invalid UTF-8", invalidUtf8),
            Arguments.of(
                "slash in a user id", bytes("{\"type\":\"session_create\",\"members\":[\"a/b\"]}")),
            Arguments.of(
                "hash in a user id", bytes("{\"type\":\"session_create\",\"members\":[\"#\"]}")))
        .flatMap(
            input ->
                Stream.of(Transport.MQTT_5, Transport.MQTT_3, Transport.HTTP)
                    .map(by -> Arguments.of(input.get()[0], by, input.get()[1])));
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("badInput")
  void badInputIsAnsweredAndHarmsNobody(String what, Transport transport, byte[] payload) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);

    alice.sendsBytes(payload);

    Reply reply = alice.nextUnaskedReply();
    assertThat(reply.errcode()).as(what).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(reply.errmsg()).isNotBlank();
    alice.sends("still here").to(chat);
    bob.receives("still here");
  }

  @Test
  void fiveThousandRandomFramesDisturbNobody() {
    Person fuzzer = people.named("fuzzer").connects(Transport.MQTT_5);
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    Random random = new Random(11);
    byte[] seed =
        bytes(
            "{\"type\":\"msg_send\",\"session\":\"s1\",\"clientMsgId\":\"1\","
                + "\"content\":{\"type\":\"text\",\"text\":\"hi\"}}");

    for (int i = 0; i < FRAMES; i++) {
      byte[] frame;
      if (i % 2 == 0) {
        frame = new byte[random.nextInt(300)];
        random.nextBytes(frame);
      } else {
        frame = seed.clone();
        for (int flips = random.nextInt(8); flips >= 0; flips--) {
          frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
        }
      }
      fuzzer.sendsBytes(frame);
      if (i % 500 == 0) {
        alice.sends("m" + i).to(chat);
        bob.receives("m" + i);
      }
    }

    for (int i = 0; i < FRAMES; i++) {
      assertThat(fuzzer.nextUnaskedReply().isOk()).isFalse();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
