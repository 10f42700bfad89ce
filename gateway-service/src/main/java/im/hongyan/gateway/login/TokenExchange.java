package im.hongyan.gateway.login;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** Asks auth-bridge-service who a token belongs to; {@code POST /internal/v1/tokens}. */
final class TokenExchange {
  private static final String SERVICE_SECRET = "X-Hongyan-Service";

  private final WebClient authBridge;
  private final LoginProperties properties;
  private final String serviceSecret;

  TokenExchange(WebClient authBridge, LoginProperties properties, String serviceSecret) {
    this.authBridge = authBridge;
    this.properties = properties;
    this.serviceSecret = serviceSecret;
  }

  /** The login of a token; UNAUTHENTICATED where it is refused, UNAVAILABLE where nobody knows. */
  Mono<Login> exchange(String token) {
    return authBridge
        .post()
        .uri("/internal/v1/tokens")
        .contentType(MediaType.APPLICATION_JSON)
        .headers(
            headers -> {
              if (!serviceSecret.isEmpty()) {
                headers.set(SERVICE_SECRET, serviceSecret);
              }
            })
        .bodyValue(new ExternalToken(token))
        .exchangeToMono(TokenExchange::read)
        .timeout(properties.timeout())
        .onErrorMap(e -> !(e instanceof HongyanException), TokenExchange::unavailable);
  }

  private static Mono<Login> read(ClientResponse answer) {
    if (answer.statusCode().is2xxSuccessful()) {
      return answer.bodyToMono(Login.class).switchIfEmpty(Mono.error(() -> unavailable(null)));
    }
    HttpStatusCode status = answer.statusCode();
    return answer
        .bodyToMono(Problem.class)
        .onErrorComplete()
        .defaultIfEmpty(new Problem(null, null))
        .flatMap(problem -> Mono.error(refusal(status, problem)));
  }

  private static HongyanException refusal(HttpStatusCode status, Problem problem) {
    ErrorCode code =
        problem.errcode() == null
            ? (status.value() == 401 ? ErrorCode.UNAUTHENTICATED : ErrorCode.UNAVAILABLE)
            : problem.errcode();
    return switch (code) {
      case UNAUTHENTICATED, FORBIDDEN, BAD_REQUEST, RATE_LIMITED ->
          new HongyanException(
              code, problem.detail() == null ? "token: refused" : problem.detail());
      case OK, FAILED, NOT_FOUND, CONFLICT, REJECTED, EXPIRED, UNAVAILABLE -> unavailable(null);
    };
  }

  private static HongyanException unavailable(@Nullable Throwable cause) {
    return HongyanException.unavailable("token: cannot be checked at this moment", cause);
  }

  private record ExternalToken(String token) {
    /** Without the token, which opens everything. */
    @Override
    public String toString() {
      return "ExternalToken";
    }
  }

  private record Problem(@Nullable ErrorCode errcode, @Nullable String detail) {}
}
