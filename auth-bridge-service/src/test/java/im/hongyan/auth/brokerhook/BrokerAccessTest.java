package im.hongyan.auth.brokerhook;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.auth.token.Tokens;
import im.hongyan.auth.usersystem.DemoUsers;
import im.hongyan.identity.ServiceSecret;
import im.hongyan.model.UserId;
import im.hongyan.mqtt.hooks.Decision;
import im.hongyan.mqtt.hooks.Decision.Reason;
import im.hongyan.testsupport.MutableClock;
import org.junit.jupiter.api.Test;

class BrokerAccessTest {
  private final DemoUsers users = new DemoUsers();
  private final BrokerAccess access = access("among-us");

  private BrokerAccess access(String secret) {
    return new BrokerAccess(
        Tokens.authenticator(users, MutableClock.atNewYear()), new ServiceSecret(secret));
  }

  @Test
  void aUserWithHisTokenAndHisOwnClientIdComesInWithHisTwoTopics() {
    Decision expected = Decision.client(new UserId("alice"));

    assertThat(access.authenticate("alice:phone", "alice", "demo-alice")).isEqualTo(expected);
    assertThat(access.authenticate("", "alice", "demo-alice")).isEqualTo(expected);
    assertThat(access.authenticate(null, "alice", "demo-alice")).isEqualTo(expected);
  }

  @Test
  void badCredentialsAreRefused() {
    assertRefused(access.authenticate("", "alice", "wrong"), Reason.BAD_CREDENTIALS);
    assertRefused(access.authenticate("", "alice", "demo-bob"), Reason.BAD_CREDENTIALS);
    assertRefused(access.authenticate("", "alice", null), Reason.BAD_CREDENTIALS);
    assertRefused(access.authenticate("", null, "demo-alice"), Reason.BAD_CREDENTIALS);
    assertRefused(access.authenticate("", "a/b", "demo-a/b"), Reason.BAD_CREDENTIALS);
    assertRefused(access.authenticate("", "#", "demo-#"), Reason.BAD_CREDENTIALS);
  }

  @Test
  void anotherUsersClientIdIsRefused() {
    for (String clientId : new String[] {"bob:phone", "alice", "alice:", "alice:a:b", "alicex:a"}) {
      assertRefused(access.authenticate(clientId, "alice", "demo-alice"), Reason.NOT_AUTHORIZED);
    }
  }

  @Test
  void aUserSystemThatIsDownIsNoRefusalOfTheToken() {
    users.goDown();

    assertRefused(access.authenticate("", "alice", "demo-alice"), Reason.UNAVAILABLE);
  }

  @Test
  void servicesComeInWithTheSecretAndNeverWithoutOne() {
    assertThat(access.authenticate("x", "service:push", "among-us"))
        .isEqualTo(new Decision.ServiceAllowed("push"));
    assertRefused(access.authenticate("x", "service:push", "guess"), Reason.BAD_CREDENTIALS);
    assertRefused(access.authenticate("x", "service:push", null), Reason.BAD_CREDENTIALS);
    assertRefused(access(null).authenticate("x", "service:push", ""), Reason.BAD_CREDENTIALS);
    assertRefused(access.authenticate("x", "service:", "among-us"), Reason.BAD_CREDENTIALS);
  }

  @Test
  void topicsOfOthersAndWildcardsAreForbidden() {
    assertThat(access.mayPublish("alice", "/root/server/alice")).isTrue();
    assertThat(access.maySubscribe("alice", "/root/client/alice")).isTrue();
    for (String topic :
        new String[] {
          "/root/client/alice", "/root/server/bob", "#", "+/root", "$SYS/x", "/root/server/alice/x"
        }) {
      assertThat(access.mayPublish("alice", topic)).as(topic).isFalse();
    }
    for (String filter :
        new String[] {
          "/root/server/alice",
          "/root/client/bob",
          "/root/client/+",
          "/root/client/#",
          "#",
          "$share/g//root/client/alice"
        }) {
      assertThat(access.maySubscribe("alice", filter)).as(filter).isFalse();
    }
    assertThat(access.mayPublish("service:push", "/root/client/alice")).isTrue();
  }

  private static void assertRefused(Decision decision, Reason reason) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }
}
