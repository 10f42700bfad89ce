package im.hongyan.gateway.problems;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Answers whatever went wrong in the gateway itself; the services' own problems pass unchanged. */
@Component
@Order(-2)
final class ProblemAnswers implements ErrorWebExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemAnswers.class);

  private final JsonMapper json;

  ProblemAnswers(JsonMapper json) {
    this.json = json;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
    ServerHttpResponse response = exchange.getResponse();
    if (response.isCommitted()) {
      return Mono.error(failure);
    }
    HongyanException problem = problemOf(failure);
    if (problem.code() == ErrorCode.FAILED) {
      log.error("{} failed", exchange.getLogPrefix(), failure);
    }
    response.setRawStatusCode(problem.code().httpStatus());
    HttpHeaders headers = response.getHeaders();
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    problem
        .retryAfter()
        .ifPresent(
            wait ->
                headers.set(
                    HttpHeaders.RETRY_AFTER, Long.toString(Math.ceilDiv(wait.toMillis(), 1000L))));
    if (problem.code() == ErrorCode.UNAUTHENTICATED) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    DataBuffer body = response.bufferFactory().wrap(json.writeValueAsBytes(bodyOf(problem)));
    return response.writeWith(Mono.just(body));
  }

  private static Map<String, Object> bodyOf(HongyanException problem) {
    HttpStatus status = HttpStatus.valueOf(problem.code().httpStatus());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", status.getReasonPhrase());
    body.put("status", status.value());
    body.put("detail", String.valueOf(problem.getMessage()));
    body.put("errcode", problem.code().number());
    problem.retryAfter().ifPresent(wait -> body.put("retryAfterMs", Math.max(1, wait.toMillis())));
    return body;
  }

  private static HongyanException problemOf(Throwable failure) {
    return switch (failure) {
      case HongyanException expected -> expected;
      case ErrorResponse response -> ofStatus(response.getStatusCode(), failure);
      case ConnectTimeoutException e -> unreachable(e);
      case TimeoutException e -> unreachable(e);
      case IOException e -> unreachable(e);
      default -> new HongyanException(ErrorCode.FAILED, "the gateway failed", failure);
    };
  }

  private static HongyanException ofStatus(HttpStatusCode status, Throwable failure) {
    if (status.value() == HttpStatus.NOT_FOUND.value()) {
      return HongyanException.notFound("path: no such resource");
    }
    if (status.is4xxClientError()) {
      return new HongyanException(
          ErrorCode.BAD_REQUEST, "request: %s".formatted(failure.getMessage()));
    }
    return switch (status.value()) {
      case 502, 503, 504 -> unreachable(failure);
      default -> new HongyanException(ErrorCode.FAILED, "the gateway failed", failure);
    };
  }

  private static HongyanException unreachable(Throwable cause) {
    return HongyanException.unavailable("service: cannot be reached at this moment", cause);
  }
}
