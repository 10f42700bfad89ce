package im.hongyan.gateway.login;

import im.hongyan.gateway.limits.ClientAddresses;
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
  private final ClientAddresses addresses;

  TokensController(Logins logins, RateLimits limits, ClientAddresses addresses) {
    this.logins = logins;
    this.limits = limits;
    this.addresses = addresses;
  }

  @PostMapping("/api/v1/tokens")
  Mono<Login> exchange(ServerHttpRequest request) {
    return logins
        .of(BearerToken.of(request), addresses.of(request))
        .doOnNext(login -> limits.countRequest(login.userId()));
  }
}
