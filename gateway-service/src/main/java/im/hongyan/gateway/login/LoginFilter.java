package im.hongyan.gateway.login;

import im.hongyan.gateway.limits.ClientAddresses;
import im.hongyan.gateway.limits.RateLimits;
import im.hongyan.web.ReplyErrors;
import java.util.List;
import java.util.Locale;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Lets a request through as its user: with an internal token instead of the client's, counted
 * against the user's limit, and without any header that only services may send each other.
 */
public final class LoginFilter implements GatewayFilter {
  private static final String INNER_HEADERS = "x-hongyan-";

  private final Logins logins;
  private final RateLimits limits;
  private final ClientAddresses addresses;

  LoginFilter(Logins logins, RateLimits limits, ClientAddresses addresses) {
    this.logins = logins;
    this.limits = limits;
    this.addresses = addresses;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    return logins
        .of(BearerToken.of(request), addresses.of(request))
        .doOnNext(login -> ReplyErrors.askedBy(exchange, login.userId()))
        .doOnNext(login -> limits.countRequest(login.userId()))
        .flatMap(login -> chain.filter(as(login, exchange)));
  }

  private static ServerWebExchange as(Login login, ServerWebExchange exchange) {
    ServerHttpRequest request =
        exchange.getRequest().mutate().headers(headers -> replace(headers, login)).build();
    return exchange.mutate().request(request).build();
  }

  private static void replace(HttpHeaders headers, Login login) {
    List<String> inner =
        headers.headerNames().stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(INNER_HEADERS))
            .toList();
    inner.forEach(headers::remove);
    headers.remove(HttpHeaders.COOKIE);
    headers.setBearerAuth(login.token());
  }
}
