package im.hongyan.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Problem details (RFC 9457) with the protocol's error code.
 *
 * @param type always {@code about:blank}: {@code errcode} tells the kind
 * @param title what the status means
 * @param status the HTTP status
 * @param detail what was found and what was expected
 * @param instance with FAILED: the id that the log line of the failure carries
 * @param errcode the protocol's number
 * @param retryAfterMs when the next request has a chance, where that is known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Problem(
    @Nullable String type,
    @Nullable String title,
    int status,
    @Nullable String detail,
    @Nullable String instance,
    @Nullable ErrorCode errcode,
    @Nullable Long retryAfterMs) {
  /** What Problem details are served as. */
  static final String MEDIA_TYPE = "application/problem+json";

  static Problem of(HongyanException e) {
    return of(
        e.code(),
        e.code().httpStatus(),
        e.getMessage(),
        e.retryAfter().map(Duration::toMillis).orElse(null),
        null);
  }

  static Problem of(ErrorCode code, int status, @Nullable String detail) {
    return of(code, status, detail, null, null);
  }

  static Problem failed(String logId) {
    return of(
        ErrorCode.FAILED,
        ErrorCode.FAILED.httpStatus(),
        "the server failed; its log tells why under " + logId,
        null,
        "urn:hongyan:failure:" + logId);
  }

  private static Problem of(
      ErrorCode code,
      int status,
      @Nullable String detail,
      @Nullable Long retryAfterMs,
      @Nullable String instance) {
    return new Problem("about:blank", title(code), status, detail, instance, code, retryAfterMs);
  }

  private static String title(ErrorCode code) {
    String words = code.name().replace('_', ' ').toLowerCase(java.util.Locale.ROOT);
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  /** The failure that this problem tells of; one of a stranger is judged by its HTTP status. */
  HongyanException toException(String whatFailed) {
    ErrorCode code = errcode == null ? StatusCodes.codeOf(status) : errcode;
    String message = detail == null ? whatFailed : detail;
    return code == ErrorCode.RATE_LIMITED && retryAfterMs != null
        ? HongyanException.rateLimited(message, Duration.ofMillis(retryAfterMs))
        : new HongyanException(code, message);
  }
}
