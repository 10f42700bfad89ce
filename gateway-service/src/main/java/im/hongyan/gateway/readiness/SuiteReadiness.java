package im.hongyan.gateway.readiness;

import java.net.URI;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks every service side by side whether it is ready, at most once in a while. */
@Component
final class SuiteReadiness {
  private final WebClient services;
  private final ReadinessProperties properties;
  private final Mono<List<String>> notReady;

  SuiteReadiness(WebClient.Builder clients, ReadinessProperties properties) {
    this.services = clients.clone().build();
    this.properties = properties;
    this.notReady =
        Flux.fromIterable(properties.services().entrySet())
            .flatMap(service -> nameUnlessReady(service.getKey(), service.getValue()))
            .sort()
            .collectList()
            .cache(properties.keep());
  }

  /** The names of the services that are not ready; empty where the suite is. */
  Mono<List<String>> notReady() {
    return notReady;
  }

  private Mono<String> nameUnlessReady(String name, URI readiness) {
    return services
        .get()
        .uri(readiness)
        .exchangeToMono(
            answer -> answer.releaseBody().thenReturn(answer.statusCode().is2xxSuccessful()))
        .timeout(properties.timeout())
        .onErrorReturn(false)
        .filter(ready -> !ready)
        .map(notReady -> name);
  }
}
