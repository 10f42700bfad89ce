package im.hongyan.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import im.hongyan.auth.client.AuthBridgeClient.InternalToken;
import im.hongyan.identity.InternalTokens;
import im.hongyan.model.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Issues internal tokens. Thread-safe. */
final class TokenIssuer {
  private final JWK publicKey;
  private final JWSSigner signer;
  private final Duration ttl;
  private final Clock clock;

  TokenIssuer(ECKey key, Duration ttl, Clock clock) {
    this.publicKey = key.toPublicJWK();
    this.ttl = ttl;
    this.clock = clock;
    try {
      this.signer = new ECDSASigner(key);
    } catch (JOSEException e) {
      throw new IllegalStateException("the key cannot sign with ES256", e);
    }
  }

  InternalToken issue(UserId user) {
    // JWTs count whole seconds.
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant end = now.plus(ttl);
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(publicKey.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(InternalTokens.ISSUER)
                .subject(user.value())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(end))
                .build());
    try {
      jwt.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("the key cannot sign with ES256", e);
    }
    return new InternalToken(user, jwt.serialize(), end.toEpochMilli());
  }

  /** The public key as a JWK set. */
  Map<String, Object> publishedKeys() {
    return new JWKSet(publicKey).toJSONObject();
  }

  /** The public key where it has this id. */
  Optional<JWK> find(@Nullable String keyId) {
    return publicKey.getKeyID().equals(keyId) ? Optional.of(publicKey) : Optional.empty();
  }
}
