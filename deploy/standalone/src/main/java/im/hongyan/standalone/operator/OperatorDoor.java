package im.hongyan.standalone.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import im.hongyan.standalone.failure.StartFailure;
import im.hongyan.standalone.service.RunningService;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import tools.jackson.databind.json.JsonMapper;

/**
 * Metrics and health of all services at one port of the loopback interface: {@code
 * /actuator/prometheus}, in which the label {@code service} tells whose a sample is, and {@code
 * /actuator/health}, 200 when all are up, else 503.
 */
public final class OperatorDoor implements AutoCloseable {
  private static final String METRICS = "/actuator/prometheus";
  private static final String HEALTH = "/actuator/health";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<RunningService> services;

  private OperatorDoor(HttpServer http, List<RunningService> services) {
    this.http = http;
    this.services = services.stream().sorted(Comparator.comparing(RunningService::name)).toList();
  }

  /**
   * Opens it.
   *
   * @throws StartFailure where the port is taken
   */
  public static OperatorDoor open(int port, List<RunningService> services) {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      OperatorDoor door = new OperatorDoor(HttpServer.create(address, 0), services);
      door.listen();
      return door;
    } catch (IOException e) {
      throw new StartFailure(
          "port %d cannot be had (%s); choose another with --operator-port"
              .formatted(port, e.getMessage()),
          e);
    }
  }

  private void listen() {
    http.setExecutor(threads);
    http.createContext("/", this::answer);
    http.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/" -> send(exchange, 200, "text/plain", METRICS + "\n" + HEALTH + "\n");
        case METRICS -> send(exchange, 200, "text/plain; version=0.0.4", metrics());
        case HEALTH -> {
          Health health = health();
          send(
              exchange,
              health.isUp() ? 200 : 503,
              "application/json",
              JSON.writeValueAsString(health));
        }
        default -> send(exchange, 404, "text/plain", "see /\n");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private String metrics() {
    return MergedMetrics.of(
        services.stream()
            .map(service -> service.bean(PrometheusMeterRegistry.class).scrape())
            .toList());
  }

  private Health health() {
    Map<String, Part> parts = new LinkedHashMap<>();
    for (RunningService service : services) {
      parts.put(service.name(), Part.of(service.bean(HealthEndpoint.class).health()));
    }
    boolean up = parts.values().stream().allMatch(Part::isUp);
    return new Health(up ? Status.UP.getCode() : Status.DOWN.getCode(), parts);
  }

  /**
   * The answer about all.
   *
   * @param status of all together
   * @param services by name
   */
  private record Health(String status, Map<String, Part> services) {
    boolean isUp() {
      return status.equals(Status.UP.getCode());
    }
  }

  /**
   * The answer about one service.
   *
   * @param status of the service
   * @param parts what it needs, by name
   */
  private record Part(String status, Map<String, String> parts) {
    static Part of(HealthDescriptor health) {
      Map<String, String> parts = new LinkedHashMap<>();
      if (health instanceof CompositeHealthDescriptor composite) {
        Objects.requireNonNullElse(composite.getComponents(), Map.<String, HealthDescriptor>of())
            .forEach((name, part) -> parts.put(name, part.getStatus().getCode()));
      }
      return new Part(health.getStatus().getCode(), parts);
    }

    boolean isUp() {
      return status.equals(Status.UP.getCode());
    }
  }

  @Override
  public void close() {
    http.stop(0);
    threads.close();
  }
}
