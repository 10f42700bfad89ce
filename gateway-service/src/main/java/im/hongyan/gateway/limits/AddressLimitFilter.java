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
  private final ClientAddresses addresses;

  AddressLimitFilter(RateLimits limits, ClientAddresses addresses) {
    this.limits = limits;
    this.addresses = addresses;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    limits.countLogin(addresses.of(exchange.getRequest()));
    return chain.filter(exchange);
  }
}
