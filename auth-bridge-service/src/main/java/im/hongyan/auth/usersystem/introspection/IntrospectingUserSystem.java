package im.hongyan.auth.usersystem.introspection;

import im.hongyan.auth.usersystem.NamedUser;
import im.hongyan.auth.usersystem.Owner;
import im.hongyan.auth.usersystem.UserSystem;
import im.hongyan.auth.usersystem.UserSystemProperties;
import im.hongyan.model.HongyanException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks an authorization server about each token (RFC 7662), as a client of its own there. */
final class IntrospectingUserSystem implements UserSystem {
  private static final Logger log = LoggerFactory.getLogger(IntrospectingUserSystem.class);
  private static final int MAX_ANSWER_BYTES = 64 * 1024;
  private static final int OK = 200;

  /**
   * What is held against the token itself: strangers choose what is in it. 401 and 403 are about
   * this service's own credentials, for a bad token is told by {@code active}.
   */
  private static final Set<Integer> REFUSALS = Set.of(400, 413, 414, 422);

  private final URI endpoint;
  private final Duration timeLimit;
  private final String userClaim;
  private final @Nullable String credentials;
  private final JsonMapper json = JsonMapper.shared();
  private final HttpClient http;

  IntrospectingUserSystem(UserSystemProperties properties) {
    this.endpoint = properties.url();
    this.timeLimit = properties.timeLimit();
    this.userClaim = properties.introspection().userClaim();
    this.credentials = credentials(properties.introspection());
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeLimit)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** RFC 6749, section 2.3.1: both are form-encoded first. */
  private static @Nullable String credentials(UserSystemProperties.Introspection client) {
    if (client.clientId() == null) {
      return null;
    }
    String secret = client.clientSecret() == null ? "" : client.clientSecret();
    String pair = encoded(client.clientId()) + ":" + encoded(secret);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public Owner ownerOf(String token) {
    try {
      HttpResponse<InputStream> answer =
          http.send(question(token), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() == OK) {
          return owner(json.readTree(body.readNBytes(MAX_ANSWER_BYTES)));
        }
      }
      throw REFUSALS.contains(answer.statusCode())
          ? HongyanException.unauthenticated(
              "token: refused by the user system (status %d)", answer.statusCode())
          : failed("status " + answer.statusCode(), null);
    } catch (IOException | JacksonException e) {
      throw failed(e.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("it takes too long", e);
    }
  }

  private HttpRequest question(String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .timeout(timeLimit)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "token=" + encoded(token) + "&token_type_hint=access_token"));
    if (credentials != null) {
      request.header("Authorization", credentials);
    }
    return request.build();
  }

  private Owner owner(JsonNode answer) throws IOException {
    JsonNode active = answer.path("active");
    if (!active.isBoolean()) {
      throw new IOException("no \"active\" in its answer");
    }
    if (!active.booleanValue()) {
      throw HongyanException.unauthenticated("token: refused by the user system (not active)");
    }
    JsonNode user = answer.path(userClaim);
    JsonNode end = answer.path("exp");
    return new Owner(
        NamedUser.of(user.isString() || user.isIntegralNumber() ? user.asString() : null),
        null,
        end.isIntegralNumber() ? Instant.ofEpochSecond(end.longValue()) : null);
  }

  private HongyanException failed(String why, @Nullable Throwable cause) {
    log.warn("the user system at {} failed: {}", endpoint, why);
    return HongyanException.unavailable("the user system does not answer; try again", cause);
  }
}
