package im.hongyan.auth.usersystem;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the customer's user system is asked.
 *
 * @param type {@code http}: asked for each token; {@code jwt}: its tokens are JWTs, verified with
 *     the keys it publishes; {@code introspection}: asked for each token by RFC 7662
 * @param url {@code http}: where it listens; {@code jwt}: its JWK set; {@code introspection}: its
 *     introspection endpoint
 * @param timeLimit how long one answer may take in all
 * @param maxConcurrent how many questions may be under way; others wait at most the time limit
 * @param acceptedFor how long an accepted token is not asked for again; not beyond its own end
 * @param refusedFor how long a refused token is not asked for again
 * @param staleFor how long an accepted token still counts while the user system is down; not beyond
 *     its own end
 * @param cachedTokens how many accepted tokens are remembered; refused ones have a place of their
 *     own
 * @param circuit when it is no longer asked because it fails
 * @param http with {@code http}: the form of the question and of the answer
 * @param jwt with {@code jwt}: what is expected of a token
 * @param introspection with {@code introspection}: who asks, and what names the user
 */
@ConfigurationProperties("hongyan.user-system")
public record UserSystemProperties(
    @DefaultValue("http") Type type,
    @DefaultValue("http://127.0.0.1:8090") URI url,
    @DefaultValue("3s") Duration timeLimit,
    @DefaultValue("64") int maxConcurrent,
    @DefaultValue("60s") Duration acceptedFor,
    @DefaultValue("5s") Duration refusedFor,
    @DefaultValue("12h") Duration staleFor,
    @DefaultValue("100000") int cachedTokens,
    @DefaultValue Circuit circuit,
    @DefaultValue Http http,
    @DefaultValue Jwt jwt,
    @DefaultValue Introspection introspection) {
  /** The ways to ask. */
  public enum Type {
    /** By an HTTP call for each token. */
    HTTP,
    /** By verifying signed tokens. */
    JWT,
    /** By OAuth 2.0 token introspection for each token. */
    INTROSPECTION
  }

  /**
   * When a failing user system is left alone.
   *
   * @param calls of how many of the last calls the failures are counted
   * @param failureRate from what percentage of failures on it is not asked
   * @param openFor how long it is not asked
   */
  public record Circuit(
      @DefaultValue("20") int calls,
      @DefaultValue("50") float failureRate,
      @DefaultValue("5s") Duration openFor) {}

  /**
   * The HTTP call. 4xx means that the token is refused, 408 and 429 excepted, as does a 200 that
   * names no user; every other status is a failure.
   *
   * @param method {@code POST} and {@code PUT} carry the token in a JSON body, {@code GET} as
   *     bearer token
   * @param path below the URL
   * @param tokenField the field of the body that carries the token
   * @param userField the field of the answer that names the user; {@code data.user.id} is a field
   *     in objects
   * @param headers more headers, such as an API key
   */
  public record Http(
      @DefaultValue("POST") String method,
      @DefaultValue("/token/verify") String path,
      @DefaultValue("token") String tokenField,
      @DefaultValue("userId") String userField,
      @DefaultValue Map<String, String> headers) {
    /** Checks the method. */
    public Http {
      method = method.toUpperCase(Locale.ROOT);
      if (!method.equals("POST") && !method.equals("PUT") && !method.equals("GET")) {
        throw new IllegalArgumentException(
            "hongyan.user-system.http.method: " + method + " (expected: POST, PUT or GET)");
      }
    }

    /** Without the headers, which may be secret. */
    @Override
    public String toString() {
      return "Http[" + method + " " + path + "]";
    }
  }

  /**
   * What is expected of a JWT (RFC 7519): a signature by one of the published keys, {@code exp} in
   * the future, {@code nbf} not, and the following.
   *
   * @param issuer {@code iss} where it has to be a certain one
   * @param audience among {@code aud} where it has to be
   * @param userClaim the claim that names the user
   * @param clockSkew how far clocks may be apart
   */
  public record Jwt(
      @Nullable String issuer,
      @Nullable String audience,
      @DefaultValue("sub") String userClaim,
      @DefaultValue("30s") Duration clockSkew) {}

  /**
   * Token introspection (RFC 7662). A token that is not {@code active} is refused, as is one whose
   * form the server does not take (400, 413, 414, 422); every other status but 200 is a failure,
   * 401 and 403 among them: they are about the client.
   *
   * @param clientId what this service is called there, shown with HTTP Basic; none where the server
   *     wants none
   * @param clientSecret the client's secret
   * @param userClaim the field of the answer that names the user, such as {@code username}
   */
  public record Introspection(
      @Nullable String clientId,
      @Nullable String clientSecret,
      @DefaultValue("sub") String userClaim) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Introspection[" + clientId + ", " + userClaim + "]";
    }
  }
}
