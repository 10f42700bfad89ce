package im.hongyan.model;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An expected failure that a client is told about: an {@link ErrorCode} and a sentence that names
 * what was found and what was expected. Carries no stack trace.
 */
public final class HongyanException extends RuntimeException {
  private final ErrorCode code;
  private final @Nullable Duration retryAfter;

  /** A failure with a code and its sentence. */
  public HongyanException(ErrorCode code, String message) {
    this(code, message, null, null);
  }

  /** A failure with a code, its sentence, and what caused it. */
  public HongyanException(ErrorCode code, String message, @Nullable Throwable cause) {
    this(code, message, null, cause);
  }

  private HongyanException(
      ErrorCode code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Malformed input; the arguments fill the format's places. */
  public static HongyanException badRequest(String format, Object... args) {
    return new HongyanException(ErrorCode.BAD_REQUEST, String.format(format, args));
  }

  /** Authenticated, but not allowed. */
  public static HongyanException forbidden(String format, Object... args) {
    return new HongyanException(ErrorCode.FORBIDDEN, String.format(format, args));
  }

  /** What was asked for does not exist. */
  public static HongyanException notFound(String format, Object... args) {
    return new HongyanException(ErrorCode.NOT_FOUND, String.format(format, args));
  }

  /** The state does not allow it. */
  public static HongyanException conflict(String format, Object... args) {
    return new HongyanException(ErrorCode.CONFLICT, String.format(format, args));
  }

  /** No token, or one that the user system refused. */
  public static HongyanException unauthenticated(String format, Object... args) {
    return new HongyanException(ErrorCode.UNAUTHENTICATED, String.format(format, args));
  }

  /** A back end is down; the same request may be sent again. */
  public static HongyanException unavailable(String message, @Nullable Throwable cause) {
    return new HongyanException(ErrorCode.UNAVAILABLE, message, null, cause);
  }

  /** Too many requests; the next one has a chance after {@code retryAfter}. */
  public static HongyanException rateLimited(String message, Duration retryAfter) {
    return new HongyanException(ErrorCode.RATE_LIMITED, message, retryAfter, null);
  }

  /** What kind of failure this is. */
  public ErrorCode code() {
    return code;
  }

  /** How long to wait before trying again, where that is known. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
