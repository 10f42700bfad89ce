package im.hongyan.auth.usersystem.http;

import feign.Client;
import feign.Feign;
import feign.FeignException;
import feign.HeaderMap;
import feign.Request;
import feign.RequestLine;
import feign.Response;
import feign.Retryer;
import im.hongyan.auth.usersystem.NamedUser;
import im.hongyan.auth.usersystem.Owner;
import im.hongyan.auth.usersystem.UserSystem;
import im.hongyan.auth.usersystem.UserSystemProperties;
import im.hongyan.model.HongyanException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks for each token over HTTP. */
final class HttpUserSystem implements UserSystem {
  private static final Logger log = LoggerFactory.getLogger(HttpUserSystem.class);
  private static final int MAX_ANSWER_BYTES = 64 * 1024;

  private final UserSystemProperties.Http form;
  private final URI address;
  private final JsonMapper json = JsonMapper.shared();
  private final Endpoint endpoint;

  HttpUserSystem(UserSystemProperties properties) {
    this.form = properties.http();
    this.address = address(properties.url(), form.path());
    Request.Options limits =
        new Request.Options(properties.timeLimit(), properties.timeLimit(), false);
    // A client of its own: the service secret and the suite's own errors are not for strangers.
    this.endpoint =
        Feign.builder()
            .client(new Client.Default(null, null))
            .options(limits)
            .retryer(Retryer.NEVER_RETRY)
            .requestInterceptor(
                request -> request.method(Request.HttpMethod.valueOf(form.method())))
            .target(feign.Target.EmptyTarget.create(Endpoint.class));
  }

  private static URI address(URI base, String path) {
    String text = base.toString();
    String withoutSlash = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return URI.create(withoutSlash + (path.startsWith("/") ? path : "/" + path));
  }

  @Override
  public Owner ownerOf(String token) {
    try (Response answer = ask(token)) {
      int status = answer.status();
      if (status == 200 || status == 201) {
        return Owner.of(NamedUser.of(userIn(answer)));
      }
      throw isRefusal(status)
          ? HongyanException.unauthenticated(
              "token: refused by the user system (status %d)", status)
          : failed("status " + status, null);
    } catch (FeignException e) {
      throw failed(String.valueOf(e.getCause()), e);
    } catch (IOException | JacksonException e) {
      throw failed("its answer is not readable JSON", e);
    }
  }

  /**
   * Whatever it holds against a token, 400 and 422 included: strangers choose what is in a token,
   * and must not make a working user system look broken. Too slow and too many are no judgement.
   */
  private static boolean isRefusal(int status) {
    return status >= 400 && status < 500 && status != 408 && status != 429;
  }

  private Response ask(String token) {
    Map<String, Object> headers = new HashMap<>(form.headers());
    headers.put("Accept", "application/json");
    if (form.method().equals("GET")) {
      headers.put("Authorization", "Bearer " + token);
      return endpoint.ask(address, headers);
    }
    headers.put("Content-Type", "application/json");
    return endpoint.ask(address, headers, json.writeValueAsBytes(Map.of(form.tokenField(), token)));
  }

  private @org.jspecify.annotations.Nullable String userIn(Response answer) throws IOException {
    if (answer.body() == null) {
      throw new IOException("no body");
    }
    try (InputStream body = answer.body().asInputStream()) {
      JsonNode node = json.readTree(body.readNBytes(MAX_ANSWER_BYTES));
      if (!node.isObject()) {
        throw new IOException("no JSON object");
      }
      for (String field : form.userField().split("\\.", -1)) {
        node = node.path(field);
      }
      return node.isString() || node.isIntegralNumber() ? node.asString() : null;
    }
  }

  private HongyanException failed(String why, @org.jspecify.annotations.Nullable Throwable cause) {
    log.warn("the user system at {} failed: {}", address, why);
    return HongyanException.unavailable("the user system does not answer; try again", cause);
  }

  /** The call; the method is set by configuration. */
  private interface Endpoint {
    @RequestLine("GET")
    Response ask(URI address, @HeaderMap Map<String, Object> headers);

    @RequestLine("POST")
    Response ask(URI address, @HeaderMap Map<String, Object> headers, byte[] body);
  }
}
