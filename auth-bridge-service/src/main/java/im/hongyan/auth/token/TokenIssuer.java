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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Issues internal tokens. Thread-safe. */
final class TokenIssuer {
  private final JWK publicKey;
  private final JWKSet accepted;
  private final JWSSigner signer;
  private final Duration ttl;
  private final Clock clock;

  /**
   * An issuer.
   *
   * @param key signs
   * @param others keys whose tokens are good as well: those of the key before, or of the next one
   */
  TokenIssuer(ECKey key, List<ECKey> others, Duration ttl, Clock clock) {
    this.publicKey = key.toPublicJWK();
    Map<String, JWK> all = new LinkedHashMap<>();
    all.put(publicKey.getKeyID(), publicKey);
    others.forEach(other -> all.putIfAbsent(other.getKeyID(), other.toPublicJWK()));
    this.accepted = new JWKSet(List.copyOf(all.values()));
    this.ttl = ttl;
    this.clock = clock;
    try {
      this.signer = new ECDSASigner(key);
    } catch (JOSEException e) {
      throw new IllegalStateException("the key cannot sign with ES256", e);
    }
  }

  /**
   * A token for a user.
   *
   * @param latestEnd when it ends at the latest; null where that is left to the issuer
   */
  InternalToken issue(UserId user, @Nullable Instant latestEnd) {
    // JWTs count whole seconds.
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant end = now.plus(ttl);
    if (latestEnd != null && latestEnd.isBefore(end)) {
      end = latestEnd.truncatedTo(ChronoUnit.SECONDS);
    }
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

  /** The public keys as a JWK set. */
  Map<String, Object> publishedKeys() {
    return accepted.toJSONObject();
  }

  /** The public key that has this id. */
  Optional<JWK> find(@Nullable String keyId) {
    return keyId == null ? Optional.empty() : Optional.ofNullable(accepted.getKeyByKeyId(keyId));
  }
}
