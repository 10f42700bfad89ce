package im.hongyan.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Verifies internal tokens: JWTs signed with ES256 by auth-bridge-service, {@code iss} {@value
 * #ISSUER}, {@code sub} the user, {@code exp} when they end. Thread-safe.
 */
public final class InternalTokens {
  /** Who issues internal tokens. */
  public static final String ISSUER = "hongyan";

  private final Function<@Nullable String, Optional<JWK>> keys;
  private final Clock clock;

  /**
   * A verifier.
   *
   * @param keys finds the key of an id; may throw UNAVAILABLE
   */
  public InternalTokens(Function<@Nullable String, Optional<JWK>> keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * A verified token.
   *
   * @param user whose it is
   * @param expiresAt when it ends
   */
  public record Verified(UserId user, Instant expiresAt) {}

  /** Whether {@code token} claims to be an internal one; nothing is verified. */
  public static boolean looksInternal(String token) {
    try {
      return ISSUER.equals(SignedJWT.parse(token).getJWTClaimsSet().getIssuer());
    } catch (ParseException e) {
      return false;
    }
  }

  /**
   * Verifies a token.
   *
   * @throws HongyanException UNAUTHENTICATED where it is none of ours or has ended, UNAVAILABLE
   *     where its key cannot be fetched
   */
  public Verified verify(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      // The algorithm is ours to choose, not the token's.
      if (!JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())) {
        throw refused("its algorithm is not ES256");
      }
      ECKey key =
          keys.apply(jwt.getHeader().getKeyID())
              .filter(ECKey.class::isInstance)
              .map(ECKey.class::cast)
              .orElseThrow(() -> refused("its key is not known"));
      if (!jwt.verify(new ECDSAVerifier(key.toPublicJWK()))) {
        throw refused("its signature is wrong");
      }
      return checked(jwt.getJWTClaimsSet());
    } catch (ParseException | JOSEException e) {
      throw refused("it is no signed JWT");
    }
  }

  private Verified checked(JWTClaimsSet claims) {
    Date end = claims.getExpirationTime();
    if (!ISSUER.equals(claims.getIssuer())) {
      throw refused("its issuer is another one");
    }
    if (end == null || !end.toInstant().isAfter(clock.instant())) {
      throw refused("it has expired");
    }
    String subject = claims.getSubject();
    if (subject == null || !UserId.isValid(subject)) {
      throw refused("its subject is no user id");
    }
    return new Verified(new UserId(subject), end.toInstant());
  }

  private static HongyanException refused(String why) {
    return HongyanException.unauthenticated("token: refused, %s", why);
  }
}
