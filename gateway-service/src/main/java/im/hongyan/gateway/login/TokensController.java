package im.hongyan.gateway.login;

import im.hongyan.gateway.limits.RateLimits;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Gives a client the internal token of his own, for instance as MQTT password. */
@RestController
final class TokensController {
  private final Logins logins;
  private final RateLimits limits;

  TokensController(Logins logins, RateLimits limits) {
    this.logins = logins;
    this.limits = limits;
  }

  @PostMapping("/api/v1/tokens")
  Mono<Login> exchange(ServerHttpRequest request) {
    return logins
        .of(BearerToken.of(request), request.getRemoteAddress())
        .doOnNext(login -> limits.countRequest(login.userId()));
  }
}
