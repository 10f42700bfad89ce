package im.hongyan.gateway.routing;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The API takes JSON alone, so a body is read as such whatever the client calls it: {@code curl -d}
 * calls everything a form. What is no JSON is refused by the service for what it is.
 */
final class BodyIsJson implements GatewayFilter {
  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    if (!exchange.getRequest().getHeaders().containsHeader(HttpHeaders.CONTENT_TYPE)) {
      return chain.filter(exchange);
    }
    return chain.filter(
        exchange
            .mutate()
            .request(
                request ->
                    request.headers(headers -> headers.setContentType(MediaType.APPLICATION_JSON)))
            .build());
  }
}
