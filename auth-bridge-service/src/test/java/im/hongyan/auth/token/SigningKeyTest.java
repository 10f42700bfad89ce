package im.hongyan.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.ECKey;
import im.hongyan.identity.InternalTokens;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.testsupport.MutableClock;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ByteArrayResource;

class SigningKeyTest {
  private final MutableClock clock = MutableClock.atNewYear();

  @Test
  void replicasWithTheSameKeyAcceptOneAnothersTokens() throws Exception {
    String pem = opensslPem();
    TokenIssuer one = issuer(SigningKey.parse(pem));
    TokenIssuer other = issuer(SigningKey.parse(pem));

    String token = one.issue(new UserId("alice"), null).token();

    assertThat(new InternalTokens(other::find, clock).verify(token).user())
        .isEqualTo(new UserId("alice"));
  }

  @Test
  void aTokenEndsAndAnotherKeysTokenIsRefused() {
    TokenIssuer issuer = issuer(SigningKey.loadOrMake(null));
    InternalTokens verifier = new InternalTokens(issuer::find, clock);
    String token = issuer.issue(new UserId("alice"), null).token();
    String foreign = issuer(SigningKey.loadOrMake(null)).issue(new UserId("alice"), null).token();

    assertThat(verifier.verify(token).user()).isEqualTo(new UserId("alice"));
    assertThatThrownBy(() -> verifier.verify(foreign)).isInstanceOf(HongyanException.class);
    clock.advance(Duration.ofMinutes(10));
    assertThatThrownBy(() -> verifier.verify(token)).hasMessageContaining("expired");
  }

  @Test
  void whileTheKeyIsChangedReplicasWithTheOldOneAndTheNewOneAcceptOneAnother() throws Exception {
    ECKey old = SigningKey.parse(opensslPem());
    ECKey next = SigningKey.parse(opensslPem());
    TokenIssuer before = issuer(old, publicPart(next));
    TokenIssuer after = issuer(next, publicPart(old));

    for (TokenIssuer issuer : List.of(before, after)) {
      String token = issuer.issue(new UserId("alice"), null).token();
      for (TokenIssuer verifier : List.of(before, after)) {
        assertThat(new InternalTokens(verifier::find, clock).verify(token).user())
            .isEqualTo(new UserId("alice"));
      }
      assertThat(issuer.publishedKeys().toString())
          .contains(old.getKeyID(), next.getKeyID())
          .doesNotContain(", d=");
    }
  }

  @Test
  void aVerifyKeyThatIsNoPublicKeyIsToldSo() throws Exception {
    ByteArrayResource privatePem =
        new ByteArrayResource(opensslPem().getBytes(StandardCharsets.US_ASCII));

    assertThatThrownBy(() -> SigningKey.loadPublic(privatePem))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("hongyan.token.verify-keys");
  }

  @Test
  void aTokenDoesNotOutliveTheOneThatItWasGivenFor() {
    TokenIssuer issuer = issuer(SigningKey.loadOrMake(null));
    InternalTokens verifier = new InternalTokens(issuer::find, clock);

    String token =
        issuer.issue(new UserId("alice"), clock.instant().plus(Duration.ofMinutes(2))).token();
    clock.advance(Duration.ofSeconds(119));
    assertThat(verifier.verify(token).user()).isEqualTo(new UserId("alice"));
    clock.advance(Duration.ofSeconds(1));
    assertThatThrownBy(() -> verifier.verify(token)).hasMessageContaining("expired");
  }

  private static ECKey publicPart(ECKey key) throws Exception {
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key.toECPublicKey().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    return SigningKey.loadPublic(new ByteArrayResource(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void aKeyWithoutItsPublicPartIsToldSo() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    String pem = pem(generator.generateKeyPair().getPrivate().getEncoded());

    assertThatThrownBy(
            () ->
                SigningKey.loadOrMake(
                    new ByteArrayResource(pem.getBytes(StandardCharsets.US_ASCII))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("hongyan.token.private-key");
  }

  private TokenIssuer issuer(ECKey key, ECKey... others) {
    return new TokenIssuer(key, List.of(others), Duration.ofMinutes(10), clock);
  }

  /** A PKCS#8 document as openssl writes it: the private key with its public part. */
  private static String opensslPem() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    ECKey key =
        new ECKey.Builder(com.nimbusds.jose.jwk.Curve.P_256, (ECPublicKey) pair.getPublic())
            .privateKey((java.security.interfaces.ECPrivateKey) pair.getPrivate())
            .build();
    byte[] head =
        java.util.HexFormat.of()
            .parseHex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420");
    byte[] middle = java.util.HexFormat.of().parseHex("a14403420004");
    java.io.ByteArrayOutputStream der = new java.io.ByteArrayOutputStream();
    der.write(head);
    der.write(key.getD().decode());
    der.write(middle);
    der.write(key.getX().decode());
    der.write(key.getY().decode());
    return pem(der.toByteArray());
  }

  private static String pem(byte[] der) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END PRIVATE KEY-----\n";
  }
}
