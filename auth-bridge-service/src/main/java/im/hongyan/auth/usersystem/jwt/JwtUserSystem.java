package im.hongyan.auth.usersystem.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import im.hongyan.auth.usersystem.NamedUser;
import im.hongyan.auth.usersystem.Owner;
import im.hongyan.auth.usersystem.UserSystem;
import im.hongyan.auth.usersystem.UserSystemProperties;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Verifies the user system's signed tokens (RFC 7519) with the keys that it publishes. */
final class JwtUserSystem implements UserSystem {
  /** Signatures by private keys alone: a token must not turn a public key into a shared secret. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private final UserSystemProperties.Jwt expected;
  private final Function<@Nullable String, Optional<JWK>> keys;
  private final Clock clock;
  private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();

  JwtUserSystem(
      UserSystemProperties.Jwt expected,
      Function<@Nullable String, Optional<JWK>> keys,
      Clock clock) {
    this.expected = expected;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public Owner ownerOf(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
        throw refused("its algorithm is not accepted");
      }
      JWK key =
          keys.apply(jwt.getHeader().getKeyID())
              .orElseThrow(() -> refused("its key is not among the user system's"));
      if (!(key instanceof AsymmetricJWK pair)
          || !jwt.verify(verifiers.createJWSVerifier(jwt.getHeader(), pair.toPublicKey()))) {
        throw refused("its signature is wrong");
      }
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      Instant end = checkedEnd(claims);
      Object user = claims.getClaim(expected.userClaim());
      UserId named =
          NamedUser.of(user instanceof String || user instanceof Number ? user.toString() : null);
      return new Owner(named, null, end);
    } catch (ParseException | JOSEException e) {
      throw refused("it is no signed JWT of the user system");
    }
  }

  /** Only a key may have to be fetched, seldom and for all. */
  @Override
  public boolean isLocal() {
    return true;
  }

  private Instant checkedEnd(JWTClaimsSet claims) {
    Instant now = clock.instant();
    Date expiry = claims.getExpirationTime();
    Date begin = claims.getNotBeforeTime();
    Instant end = expiry == null ? now : expiry.toInstant().plus(expected.clockSkew());
    if (!end.isAfter(now)) {
      throw refused("it has expired");
    }
    if (begin != null && begin.toInstant().minus(expected.clockSkew()).isAfter(now)) {
      throw refused("it is not valid yet");
    }
    if (expected.issuer() != null && !expected.issuer().equals(claims.getIssuer())) {
      throw refused("its issuer is another one");
    }
    if (expected.audience() != null && !claims.getAudience().contains(expected.audience())) {
      throw refused("it is meant for another audience");
    }
    return end;
  }

  private static HongyanException refused(String why) {
    return HongyanException.unauthenticated("token: refused, %s", why);
  }
}
