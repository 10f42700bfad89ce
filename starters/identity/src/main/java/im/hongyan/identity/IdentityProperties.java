package im.hongyan.identity;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call.
 *
 * @param jwksUrl where auth-bridge-service publishes the keys of the internal tokens ({@code
 *     http://host:8081/internal/v1/jwks}); without it every request to a controller that takes a
 *     {@link Caller} fails
 * @param serviceSecret what services show one another on {@code /internal/**} in the header {@value
 *     ServiceSecret#HEADER}, and to the MQTT broker as the password of {@code service:<name>};
 *     without it {@code /internal/**} is open to whoever reaches the port, so that a service then
 *     starts on a loopback {@code server.address} alone
 * @param cachedTokens how many verified tokens are remembered
 */
@ConfigurationProperties("hongyan.identity")
public record IdentityProperties(
    @Nullable URI jwksUrl,
    @Nullable String serviceSecret,
    @DefaultValue("20000") int cachedTokens) {
  /** An empty secret counts as none. */
  public IdentityProperties {
    serviceSecret = serviceSecret == null || serviceSecret.isBlank() ? null : serviceSecret;
  }

  @Override
  public String toString() {
    return "IdentityProperties[jwksUrl=" + jwksUrl + ", cachedTokens=" + cachedTokens + "]";
  }
}
