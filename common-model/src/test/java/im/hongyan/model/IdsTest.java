package im.hongyan.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final List<Function<String, Object>> IDS =
      List.of(UserId::new, SessionId::new, MessageId::new, DeliveryId::new, DeviceId::new);

  @ParameterizedTest
  @ValueSource(strings = {"a", "A-Z_a.z@0-9", "0", "..", "----"})
  void idsMayLookLikeThis(String value) {
    IDS.forEach(id -> assertThat(id.apply(value)).hasToString(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a/b",
        "a#",
        "+",
        "a:b",
        "$",
        "é",
        "鸿雁",
        "a\u0000",
        "a\n",
        "\uD83D\uDE00"
      })
  void idsMayNotLookLikeThis(String value) {
    for (Function<String, Object> id : IDS) {
      assertThatThrownBy(() -> id.apply(value))
          .isInstanceOfSatisfying(
              HongyanException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }
    assertThat(UserId.isValid(value)).isFalse();
  }

  @Test
  void idsHaveAtMost64CharactersAndAreNeverNothing() {
    for (Function<String, Object> id : IDS) {
      assertThat(id.apply("x".repeat(64))).isNotNull();
      assertThatThrownBy(() -> id.apply("x".repeat(65))).isInstanceOf(HongyanException.class);
      assertThatThrownBy(() -> id.apply(null)).isInstanceOf(HongyanException.class);
    }
  }

  @Test
  void refusalsShowWhatWasFoundWithoutControlCharacters() {
    assertThatThrownBy(() -> new UserId("a\nb"))
        .hasMessage("userId: \"a?b\" (expected: 1 to 64 characters of A-Z a-z 0-9 . _ @ -)");
    assertThatThrownBy(() -> new UserId("x".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }

  /** Stored data and running clients know these: they never change. */
  @Test
  void derivedIdsNeverChange() {
    SessionId session = SessionId.ofPair(ALICE, BOB);
    MessageId message = MessageId.of(ALICE, new DeviceId("phone"), "1", session);
    assertThat(
            List.of(
                session.value(),
                message.value(),
                MessageId.of(ALICE, null, "1", session).value(),
                MessageId.ofSessionChange(session, 3).value(),
                DeliveryId.of(message, BOB).value(),
                SessionId.ofRequest(ALICE, null, "r1", "group", "Trip", List.of(BOB)).value()))
        .containsExactly(
            "sizP7NbbIKfyna1rZ1knZeA",
            "m-3qDm7BiSIDnaDfMp6d9uw",
            "mLCgkO6hNgn-ybN509NzYqw",
            "myj7oTX9qRF8JJotCC3I8Fw",
            "dP2BfqS3g66rBmM6ErxI-Zg",
            "so8TDJcQXxUJ3QhkyGG9pOA");
  }

  @Test
  void theSessionOfAPairIsTheSameForBoth() {
    assertThat(SessionId.ofPair(ALICE, BOB)).isEqualTo(SessionId.ofPair(BOB, ALICE));
    assertThat(SessionId.ofPair(ALICE, BOB))
        .isNotEqualTo(SessionId.ofPair(ALICE, new UserId("bobb")))
        .isNotEqualTo(SessionId.ofPair(new UserId("a"), new UserId("licebob")));
  }

  @Test
  void whatIsDifferentIsNamedDifferently() {
    SessionId session = new SessionId("s1");
    DeviceId phone = new DeviceId("phone");
    assertThat(
            List.of(
                MessageId.of(ALICE, phone, "1", session),
                MessageId.of(BOB, phone, "1", session),
                MessageId.of(ALICE, null, "1", session),
                MessageId.of(ALICE, phone, "11", session),
                MessageId.of(ALICE, phone, "1", new SessionId("s2")),
                MessageId.of(ALICE, new DeviceId("phone1"), "", session),
                MessageId.ofSessionChange(session, 1)))
        .doesNotHaveDuplicates();
    assertThat(SessionId.ofRequest(ALICE, null, "r1", null, "Trip", List.of(BOB)))
        .isEqualTo(SessionId.ofRequest(ALICE, null, "r1", null, "Trip", List.of(BOB)))
        .isNotEqualTo(SessionId.ofRequest(ALICE, phone, "r1", null, "Trip", List.of(BOB)))
        .isNotEqualTo(SessionId.ofRequest(ALICE, null, "r1", "group", "Trip", List.of(BOB)))
        .isNotEqualTo(SessionId.ofRequest(ALICE, null, "r1", null, "Work", List.of(BOB)))
        .isNotEqualTo(SessionId.ofRequest(ALICE, null, "r1", null, "Trip", List.of(BOB, BOB)));
  }

  @Test
  void errorCodesHaveTheNumbersOfTheProtocol() {
    assertThat(Arrays.stream(ErrorCode.values()).map(code -> code.number() + " " + code))
        .containsExactly(
            "0 OK",
            "1 FAILED",
            "2 BAD_REQUEST",
            "3 UNAUTHENTICATED",
            "4 FORBIDDEN",
            "5 NOT_FOUND",
            "6 CONFLICT",
            "7 RATE_LIMITED",
            "8 REJECTED",
            "9 EXPIRED",
            "10 UNAVAILABLE");
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::httpStatus))
        .containsExactly(200, 500, 400, 401, 403, 404, 409, 429, 422, 410, 503);
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(ErrorCode.of(code.number())).isEqualTo(code);
      assertThat(Golden.JSON.writeValueAsString(code)).isEqualTo("" + code.number());
    }
    assertThat(ErrorCode.of(-1)).isEqualTo(ErrorCode.FAILED);
  }

  @Test
  void topicsBelongToOneUser() {
    assertThat(Topics.toServer(ALICE)).isEqualTo("/root/server/alice");
    assertThat(Topics.toClient(ALICE)).isEqualTo("/root/client/alice");
    assertThat(Topics.senderOf("/root/server/alice")).contains(ALICE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/root/server/",
        "/root/server/a/b",
        "/root/server/+",
        "/root/server/#",
        "/root/client/alice",
        "root/server/alice",
        "/root/server",
        ""
      })
  void otherTopicsHaveNoSender(String topic) {
    assertThat(Topics.senderOf(topic)).isEmpty();
  }
}
