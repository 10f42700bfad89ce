package im.hongyan.gateway.readiness;

import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** {@code GET /health}: 200 once the whole suite is ready, else 503 and who is not. */
@RestController
final class HealthController {
  private final SuiteReadiness readiness;

  HealthController(SuiteReadiness readiness) {
    this.readiness = readiness;
  }

  @GetMapping("/health")
  Mono<ResponseEntity<Map<String, Object>>> health() {
    return readiness.notReady().map(HealthController::answer);
  }

  private static ResponseEntity<Map<String, Object>> answer(List<String> notReady) {
    return notReady.isEmpty()
        ? ResponseEntity.ok(Map.of("status", "UP"))
        : ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
            .body(Map.of("status", "DOWN", "notReady", notReady));
  }
}
