package im.hongyan.auth.brokerhook;

import im.hongyan.identity.ServiceSecret;
import im.hongyan.model.HongyanException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Lets only a broker that knows the service secret ask, where one is configured: these questions
 * try passwords without a limit. It is shown in a header, or, by brokers that cannot be given one
 * (RabbitMQ), as the password of the URL: {@code http://broker:SECRET@host/broker/...}.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
final class BrokerPathsFilter implements WebFilter {
  private static final String BASIC = "Basic ";

  private final ServiceSecret secret;
  private final String header;
  private final PathPattern broker = PathPatternParser.defaultInstance.parse("/broker/**");

  BrokerPathsFilter(ServiceSecret secret, BrokerProperties properties) {
    this.secret = secret;
    this.header = properties.secretHeader();
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    HttpHeaders headers = exchange.getRequest().getHeaders();
    if (secret.value() == null
        || !broker.matches(exchange.getRequest().getPath().pathWithinApplication())
        || secret.matches(headers.getFirst(header))
        || secret.matches(basicPassword(headers))) {
      return chain.filter(exchange);
    }
    return Mono.error(
        HongyanException.unauthenticated(
            "%s: missing or wrong (expected: the service secret)", header));
  }

  private static @Nullable String basicPassword(HttpHeaders headers) {
    String shown = headers.getFirst(HttpHeaders.AUTHORIZATION);
    if (shown == null || !shown.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return null;
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(shown.substring(BASIC.length()).strip());
      String pair = new String(decoded, StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
