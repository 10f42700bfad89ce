package im.hongyan.gateway.routing;

import im.hongyan.model.HongyanException;
import java.io.IOException;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** A service that refuses or drops the connection is a back end that is down. */
final class UpstreamFailures implements GatewayFilter {
  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return chain
        .filter(exchange)
        .onErrorMap(
            IOException.class,
            e ->
                HongyanException.unavailable(
                    "service: cannot be reached at this moment; send the same request again", e));
  }
}
