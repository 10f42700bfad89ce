package im.hongyan.auth.usersystem.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import im.hongyan.auth.usersystem.UserSystemProperties;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.testsupport.MutableClock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JwtUserSystemTest {
  private static RSAKey key;
  private static RSAKey foreign;

  private final MutableClock clock = MutableClock.atNewYear();
  private final JwtUserSystem system =
      new JwtUserSystem(
          new UserSystemProperties.Jwt("https://id", "chat", "uid", Duration.ofSeconds(30)),
          id -> "k".equals(id) ? Optional.<JWK>of(key.toPublicJWK()) : Optional.empty(),
          clock);

  @BeforeAll
  static void keys() throws Exception {
    key = new RSAKeyGenerator(2048).keyID("k").generate();
    foreign = new RSAKeyGenerator(2048).keyID("k").generate();
  }

  @Test
  void aValidTokenNamesItsUserInTheConfiguredClaim() throws Exception {
    assertThat(system.ownerOf(signed(claims().build())).user()).isEqualTo(new UserId("alice"));
    assertThat(system.ownerOf(signed(claims().claim("uid", 4711).build())).user())
        .isEqualTo(new UserId("4711"));
  }

  @Test
  void claimsThatDoNotFitAreRefused() throws Exception {
    assertRefused(signed(claims().issuer("https://other").build()));
    assertRefused(signed(claims().audience("shop").build()));
    assertRefused(signed(claims().expirationTime(null).build()));
    assertRefused(signed(claims().expirationTime(in(-31)).build()));
    assertRefused(signed(claims().notBeforeTime(in(31)).build()));
    assertRefused(signed(claims().claim("uid", null).build()));
    assertRefused(signed(claims().claim("uid", "a/b").build()));
  }

  @Test
  void clocksMayBeAFewSecondsApart() throws Exception {
    String token = signed(claims().expirationTime(in(-29)).notBeforeTime(in(29)).build());

    assertThat(system.ownerOf(token).user()).isEqualTo(new UserId("alice"));
  }

  @Test
  void aTokenTellsWhenItEnds() throws Exception {
    assertThat(system.ownerOf(signed(claims().build())).end())
        .isEqualTo(clock.instant().plusSeconds(60 + 30));
  }

  @Test
  void onlyASignatureByThePublishedKeyCounts() throws Exception {
    JWTClaimsSet claims = claims().build();
    byte[] publicKey = key.toRSAPublicKey().getEncoded();

    assertRefused(sign(claims, JWSAlgorithm.RS256, "k", new RSASSASigner(foreign)));
    assertRefused(sign(claims, JWSAlgorithm.RS256, "other", new RSASSASigner(key)));
    assertRefused(sign(claims, JWSAlgorithm.HS256, "k", new MACSigner(publicKey)));
    assertRefused(new PlainJWT(claims).serialize());
    assertRefused("garbage");
  }

  private void assertRefused(String token) {
    assertThat(catchThrowableOfType(HongyanException.class, () -> system.ownerOf(token)).code())
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("https://id")
        .audience("chat")
        .claim("uid", "alice")
        .expirationTime(in(60));
  }

  private Date in(int seconds) {
    return Date.from(clock.instant().plusSeconds(seconds));
  }

  private static String signed(JWTClaimsSet claims) throws Exception {
    return sign(claims, JWSAlgorithm.RS256, "k", new RSASSASigner(key));
  }

  private static String sign(
      JWTClaimsSet claims, JWSAlgorithm algorithm, String keyId, JWSSigner signer)
      throws Exception {
    SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
    jwt.sign(signer);
    return jwt.serialize();
  }
}
