package im.hongyan.auth.token;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;

/**
 * The internal tokens.
 *
 * @param ttl how long one is valid
 * @param privateKey a P-256 key in PKCS#8 PEM that also holds its public part, as {@code openssl
 *     genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256} writes it ({@code file:/path}), the
 *     same for all replicas; without it each start makes a new one, and replicas would not know one
 *     another's tokens
 * @param verifyKeys more P-256 public keys ({@code openssl pkey -pubout}), published and accepted
 *     but never signed with. So the key is changed without refusing anybody: first the next one's
 *     public key is added here at all replicas; five minutes later, when all services have fetched
 *     it, it becomes the private key and the last one's public key takes its place here; that may
 *     go when the last one's tokens have ended
 */
@ConfigurationProperties("hongyan.token")
public record TokenProperties(
    @DefaultValue("10m") Duration ttl,
    @Nullable Resource privateKey,
    @DefaultValue List<Resource> verifyKeys) {
  /** Checks the values. */
  public TokenProperties {
    verifyKeys = List.copyOf(verifyKeys);
    if (!ttl.isPositive()) {
      throw new IllegalArgumentException("hongyan.token.ttl: " + ttl + " (expected: more than 0)");
    }
  }
}
