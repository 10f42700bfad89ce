package im.hongyan.gateway.routing;

import im.hongyan.web.ReplyErrors;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The client reads one form of answer here: what the gateway itself refuses is a reply as well. */
final class AnswersAreReplies implements GatewayFilter {
  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    ReplyErrors.wantedBy(exchange);
    return chain.filter(exchange);
  }
}
