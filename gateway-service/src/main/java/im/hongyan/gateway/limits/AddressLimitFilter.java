package im.hongyan.gateway.limits;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Bounds how often an address may open a connection that has not authenticated yet. */
@Component
public final class AddressLimitFilter implements GatewayFilter {
  private final RateLimits limits;

  AddressLimitFilter(RateLimits limits) {
    this.limits = limits;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    limits.countLogin(exchange.getRequest().getRemoteAddress());
    return chain.filter(exchange);
  }
}
