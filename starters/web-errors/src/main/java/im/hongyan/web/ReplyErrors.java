package im.hongyan.web;

import im.hongyan.model.UserId;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * Requests whose failures are answered as the protocol's reply ({@code error_reply}) and not as
 * problem details, because whatever they ask is answered by a reply.
 */
public final class ReplyErrors {
  private static final String WANTED = ReplyErrors.class.getName() + ".wanted";
  private static final String ASKED_BY = ReplyErrors.class.getName() + ".askedBy";

  private ReplyErrors() {}

  /** From now on a failure of this request becomes a reply. */
  public static void wantedBy(ServerWebExchange exchange) {
    exchange.getAttributes().put(WANTED, true);
  }

  /** Who asks, once that is known; the reply names him. */
  public static void askedBy(ServerWebExchange exchange, UserId user) {
    exchange.getAttributes().put(ASKED_BY, user);
  }

  static boolean areWantedBy(ServerWebExchange exchange) {
    return exchange.getAttribute(WANTED) != null;
  }

  static @Nullable UserId userOf(ServerWebExchange exchange) {
    return exchange.getAttribute(ASKED_BY);
  }
}
