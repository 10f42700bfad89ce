package im.hongyan.web;

import im.hongyan.model.ErrorCode;

/** Which error code an HTTP status stands for where nobody has named one. */
final class StatusCodes {
  private StatusCodes() {}

  static ErrorCode codeOf(int status) {
    return switch (status) {
      case 401 -> ErrorCode.UNAUTHENTICATED;
      case 403 -> ErrorCode.FORBIDDEN;
      case 404 -> ErrorCode.NOT_FOUND;
      case 409 -> ErrorCode.CONFLICT;
      case 410 -> ErrorCode.EXPIRED;
      case 422 -> ErrorCode.REJECTED;
      case 429 -> ErrorCode.RATE_LIMITED;
      case 502, 503, 504 -> ErrorCode.UNAVAILABLE;
      default -> status >= 400 && status < 500 ? ErrorCode.BAD_REQUEST : ErrorCode.FAILED;
    };
  }
}
