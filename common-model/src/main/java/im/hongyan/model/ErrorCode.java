package im.hongyan.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The {@code errcode} of every reply, with the HTTP status that goes with it. */
public enum ErrorCode {
  /** Done. */
  OK(0, 200),
  /** The server failed; nothing was done. */
  FAILED(1, 500),
  /** Malformed, unknown type, missing or oversized field. */
  BAD_REQUEST(2, 400),
  /** No token, or the external user system refused it. */
  UNAUTHENTICATED(3, 401),
  /** Authenticated, but not allowed. */
  FORBIDDEN(4, 403),
  /** No such session, message, call or file. */
  NOT_FOUND(5, 404),
  /** The state does not allow it: already ended, cancel window passed. */
  CONFLICT(6, 409),
  /** Too many requests; the reply carries {@code retryAfterMs}. */
  RATE_LIMITED(7, 429),
  /** Moderation refused the content. */
  REJECTED(8, 422),
  /** The message or call has expired. */
  EXPIRED(9, 410),
  /** A back end is down; send the same request again, with the same {@code clientMsgId}. */
  UNAVAILABLE(10, 503);

  private final int number;
  private final int httpStatus;

  ErrorCode(int number, int httpStatus) {
    this.number = number;
    this.httpStatus = httpStatus;
  }

  /** The number on the wire. */
  @JsonValue
  public int number() {
    return number;
  }

  /** The HTTP status that an HTTP answer with this code has. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The code of a number; one that this version does not know counts as {@link #FAILED}. */
  @JsonCreator
  public static ErrorCode of(int number) {
    for (ErrorCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return FAILED;
  }
}
