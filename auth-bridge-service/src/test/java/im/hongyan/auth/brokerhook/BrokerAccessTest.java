package im.hongyan.auth.brokerhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import im.hongyan.auth.token.Tokens;
import im.hongyan.auth.usersystem.DemoUsers;
import im.hongyan.identity.InternalTokens;
import im.hongyan.identity.ServiceSecret;
import im.hongyan.model.UserId;
import im.hongyan.mqtt.hooks.Decision;
import im.hongyan.mqtt.hooks.Decision.Reason;
import im.hongyan.testsupport.MutableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BrokerAccessTest {
  private final MutableClock clock = MutableClock.atNewYear();
  private final DemoUsers users = new DemoUsers();
  private final BrokerAccess access = access("among-us");

  private BrokerAccess access(String secret) {
    return new BrokerAccess(
        Tokens.authenticator(users, clock),
        new ServiceSecret(secret),
        new LoginLimit(new BrokerProperties(10, 3, ServiceSecret.HEADER), clock));
  }

  private static Decision authenticate(
      BrokerAccess access, String clientId, String username, String password) {
    return access.authenticate(new BrokerAccess.Login(clientId, username, password, null));
  }

  private Decision from(String address, String password) {
    return access.authenticate(new BrokerAccess.Login("alice:a", "alice", password, address));
  }

  @Test
  void aUserWithHisTokenAndHisOwnClientIdComesInWithHisTwoTopics() {
    Decision expected = Decision.client(new UserId("alice"));

    assertThat(authenticate(access, "alice:phone", "alice", "demo-alice")).isEqualTo(expected);
    assertThat(authenticate(access, null, "alice", "demo-alice")).isEqualTo(expected);
  }

  @Test
  void badCredentialsAreRefused() {
    assertRefused(authenticate(access, null, "alice", "wrong"), Reason.BAD_CREDENTIALS);
    assertRefused(authenticate(access, null, "alice", "demo-bob"), Reason.BAD_CREDENTIALS);
    assertRefused(authenticate(access, null, "alice", null), Reason.BAD_CREDENTIALS);
    assertRefused(authenticate(access, null, null, "demo-alice"), Reason.BAD_CREDENTIALS);
    assertRefused(authenticate(access, null, "a/b", "demo-a/b"), Reason.BAD_CREDENTIALS);
    assertRefused(authenticate(access, null, "#", "demo-#"), Reason.BAD_CREDENTIALS);
  }

  @Test
  void whoGuessesTokensIsSoonNotListenedToAndHindersNobodyElse() {
    for (int i = 0; i < 3; i++) {
      assertRefused(from("192.0.2.1", "guess" + i), Reason.BAD_CREDENTIALS);
    }
    int asked = users.asked();

    assertRefused(from("192.0.2.1", "guess3"), Reason.UNAVAILABLE);
    assertThat(users.asked()).isEqualTo(asked);
    assertThat(from("192.0.2.2", "demo-alice")).isInstanceOf(Decision.ClientAllowed.class);

    clock.advance(Duration.ofMillis(100));
    assertRefused(from("192.0.2.1", "guess4"), Reason.BAD_CREDENTIALS);
    assertRefused(from("192.0.2.1", "guess5"), Reason.UNAVAILABLE);
  }

  @Test
  void whoCallsHisGuessesOursIsNotListenedToEither() {
    String forged =
        new PlainJWT(new JWTClaimsSet.Builder().issuer("hongyan").subject("alice").build())
            .serialize();
    // Not signed, but by its looks one of ours.
    String looks = forged.substring(0, forged.length() - 1) + ".AA";
    String header = Base64URL.encode("{\"alg\":\"ES256\",\"kid\":\"x\"}").toString();
    String guess = header + looks.substring(looks.indexOf('.'));
    assertThat(InternalTokens.looksInternal(guess)).isTrue();
    for (int i = 0; i < 3; i++) {
      assertRefused(from("192.0.2.1", guess), Reason.BAD_CREDENTIALS);
    }

    assertRefused(from("192.0.2.1", guess), Reason.UNAVAILABLE);
  }

  @Test
  void whoGuessesTheServicesSecretIsSoonNotListenedTo() {
    for (int i = 0; i < 5; i++) {
      assertThat(asService("192.0.2.2", "among-us")).isInstanceOf(Decision.ServiceAllowed.class);
    }
    for (int i = 0; i < 3; i++) {
      assertRefused(asService("192.0.2.1", "guess" + i), Reason.BAD_CREDENTIALS);
    }

    assertRefused(asService("192.0.2.1", "among-us"), Reason.UNAVAILABLE);
    assertThat(asService("192.0.2.2", "among-us")).isInstanceOf(Decision.ServiceAllowed.class);
  }

  private Decision asService(String address, String password) {
    return access.authenticate(new BrokerAccess.Login("x", "service:push", password, address));
  }

  @Test
  void goodLoginsAreNotCountedHoweverManyComeFromOneAddress() {
    for (int i = 0; i < 20; i++) {
      assertThat(from("192.0.2.1", "demo-alice#" + i)).isInstanceOf(Decision.ClientAllowed.class);
    }
  }

  @Test
  void aTokenThatIsKnownToBeGoodComesInWhileOthersFromItsAddressDoNot() {
    users.remember("demo-alice");
    for (int i = 0; i < 4; i++) {
      from("192.0.2.1", "guess" + i);
    }

    assertRefused(from("192.0.2.1", "demo-alice#2"), Reason.UNAVAILABLE);
    assertThat(from("192.0.2.1", "demo-alice")).isInstanceOf(Decision.ClientAllowed.class);
  }

  @Test
  void aClientIdThatIsNotTheUsersOwnIsRefused() {
    for (String clientId :
        new String[] {"", "bob:phone", "alice", "alice:", "alice:a:b", "alicex:a"}) {
      assertRefused(authenticate(access, clientId, "alice", "demo-alice"), Reason.NOT_AUTHORIZED);
    }
  }

  @Test
  void aUserSystemThatIsDownIsNoRefusalOfTheToken() {
    users.goDown();

    assertRefused(authenticate(access, null, "alice", "demo-alice"), Reason.UNAVAILABLE);
  }

  @Test
  void servicesComeInWithTheSecretAndNeverWithoutOne() {
    assertThat(authenticate(access, "x", "service:push", "among-us"))
        .isEqualTo(new Decision.ServiceAllowed("push"));
    assertRefused(authenticate(access, "x", "service:push", "guess"), Reason.BAD_CREDENTIALS);
    assertRefused(authenticate(access, "x", "service:push", null), Reason.BAD_CREDENTIALS);
    assertRefused(authenticate(access(null), "x", "service:push", ""), Reason.BAD_CREDENTIALS);
    assertRefused(authenticate(access, "x", "service:", "among-us"), Reason.BAD_CREDENTIALS);
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
