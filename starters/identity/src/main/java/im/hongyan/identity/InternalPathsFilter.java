package im.hongyan.identity;

import im.hongyan.model.HongyanException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** Lets only those who know the service secret reach {@code /internal/**}. */
final class InternalPathsFilter implements WebFilter {
  private final ServiceSecret secret;
  // Matched as controllers are, decoded: no spelling of the path goes past it.
  private final PathPattern internal = PathPatternParser.defaultInstance.parse("/internal/**");

  InternalPathsFilter(ServiceSecret secret) {
    this.secret = secret;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    if (secret.value() == null
        || !internal.matches(exchange.getRequest().getPath().pathWithinApplication())
        || secret.matches(exchange.getRequest().getHeaders().getFirst(ServiceSecret.HEADER))) {
      return chain.filter(exchange);
    }
    return Mono.error(
        HongyanException.unauthenticated(
            "%s: missing or wrong (expected: the service secret)", ServiceSecret.HEADER));
  }
}
