package im.hongyan.web;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Reply;
import java.net.ConnectException;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one place where a failure of an HTTP request becomes an answer, wherever it happened:
 * controller, argument, filter, or no handler at all: problem details, or a reply where {@link
 * ReplyErrors} are wanted. Expected failures keep their words, unexpected ones are logged under an
 * id and told by that id alone.
 */
final class ProblemWriter implements ErrorWebExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemWriter.class);
  private static final int MAX_CAUSES = 10;
  private static final MediaType PROBLEM_JSON = MediaType.parseMediaType(Problem.MEDIA_TYPE);

  private final JsonMapper json = JsonMapper.shared();

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
    ServerHttpResponse response = exchange.getResponse();
    if (response.isCommitted()) {
      return Mono.error(failure);
    }
    Problem problem = problemOf(exchange, failure);
    boolean asReply = ReplyErrors.areWantedBy(exchange);
    response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
    HttpHeaders headers = response.getHeaders();
    if (failure instanceof ErrorResponse told) {
      headers.addAll(told.getHeaders());
    }
    headers.setContentType(asReply ? MediaType.APPLICATION_JSON : PROBLEM_JSON);
    headers.setCacheControl("no-store");
    if (problem.retryAfterMs() != null) {
      headers.set(
          HttpHeaders.RETRY_AFTER, Long.toString(Math.ceilDiv(problem.retryAfterMs(), 1000L)));
    }
    if (problem.errcode() == ErrorCode.UNAUTHENTICATED) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    byte[] body =
        json.writeValueAsBytes(asReply ? replyOf(problem, ReplyErrors.userOf(exchange)) : problem);
    return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
  }

  /** The request's type is not known where it failed before it was read. */
  private static Reply replyOf(Problem problem, @Nullable UserId user) {
    return Reply.failed("error", user, problem.toException("status " + problem.status()));
  }

  private static Problem problemOf(ServerWebExchange exchange, Throwable failure) {
    HongyanException expected = findCause(failure, HongyanException.class);
    if (expected != null) {
      return Problem.of(expected);
    }
    if (failure instanceof ErrorResponse told) {
      int status = told.getStatusCode().value();
      ErrorCode code = StatusCodes.codeOf(status);
      if (code != ErrorCode.FAILED) {
        return Problem.of(code, status, detail(exchange, told));
      }
    }
    if (isUnreachable(failure)) {
      log.warn(
          "{} {}: back end not reachable: {}",
          exchange.getRequest().getMethod(),
          exchange.getRequest().getPath(),
          failure.toString());
      return Problem.of(
          HongyanException.unavailable("a back end is not reachable; try again", failure));
    }
    String id = exchange.getRequest().getId();
    log.error(
        "request {} failed: {} {}",
        id,
        exchange.getRequest().getMethod(),
        exchange.getRequest().getPath(),
        failure);
    return Problem.failed(id);
  }

  private static String detail(ServerWebExchange exchange, ErrorResponse told) {
    String detail = told.getBody().getDetail();
    return detail == null || detail.isBlank()
        ? exchange.getRequest().getMethod()
            + " "
            + exchange.getRequest().getPath().value()
            + ": status "
            + told.getStatusCode().value()
        : detail;
  }

  private static boolean isUnreachable(Throwable failure) {
    return findCause(failure, ConnectException.class) != null
        || findCause(failure, TimeoutException.class) != null
        || findCause(failure, RejectedExecutionException.class) != null;
  }

  private static <T extends Throwable> @Nullable T findCause(Throwable failure, Class<T> kind) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (kind.isInstance(cause)) {
        return kind.cast(Objects.requireNonNull(cause));
      }
      cause = cause.getCause();
    }
    return null;
  }
}
