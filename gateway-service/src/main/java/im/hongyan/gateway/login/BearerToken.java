package im.hongyan.gateway.login;

import im.hongyan.model.HongyanException;
import im.hongyan.model.wire.RequestHeader;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** Reads {@code Authorization: Bearer}. */
final class BearerToken {
  private static final String SCHEME = "bearer ";
  private static final int MAX_LENGTH = RequestHeader.MAX_TOKEN_LENGTH;

  private BearerToken() {}

  /** The token of a request; UNAUTHENTICATED where there is none. */
  static String of(ServerHttpRequest request) {
    String header = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw HongyanException.unauthenticated("Authorization: none (expected: Bearer TOKEN)");
    }
    String token = header.substring(SCHEME.length()).strip();
    if (token.isEmpty() || token.length() > MAX_LENGTH) {
      throw HongyanException.unauthenticated(
          "token: %d characters (expected: 1 to %d)", token.length(), MAX_LENGTH);
    }
    return token;
  }
}
