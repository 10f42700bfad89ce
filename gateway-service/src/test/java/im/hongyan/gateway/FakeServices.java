package im.hongyan.gateway;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Plays every service, each at a port of its own, and remembers what they were asked. */
final class FakeServices implements AutoCloseable {
  /** One request as it arrived behind the gateway; {@code inner}: headers of services' own. */
  record Seen(
      String service,
      String method,
      String uri,
      String authorization,
      List<String> inner,
      String contentType,
      int bodyLength) {}

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  final AtomicInteger exchanges = new AtomicInteger();
  volatile boolean userSystemUp = true;
  volatile boolean pushReady = true;
  volatile boolean ingestUp = true;
  private final Map<String, DisposableServer> servers = new ConcurrentHashMap<>();

  /** The address of a service, which is started when it is asked for first. */
  String url(String service) {
    return "http://127.0.0.1:" + servers.computeIfAbsent(service, this::start).port();
  }

  private DisposableServer start(String service) {
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .route(
            routes ->
                routes
                    .post("/internal/v1/tokens", this::exchange)
                    .get(
                        "/actuator/health/readiness",
                        (request, response) -> readiness(service, response))
                    .route(
                        request -> true,
                        (request, response) -> remember(service, request, response)))
        .bindNow(Duration.ofSeconds(10));
  }

  /** A token "external-NAME" belongs to NAME. */
  private Publisher<Void> exchange(HttpServerRequest request, HttpServerResponse response) {
    exchanges.incrementAndGet();
    return request
        .receive()
        .aggregate()
        .asString()
        .flatMap(
            body -> {
              if (!userSystemUp) {
                return problem(response, 503, 10, "user system: down");
              }
              int at = body.indexOf("external-");
              if (at < 0) {
                return problem(response, 401, 3, "token: unknown");
              }
              String user = body.substring(at + 9, body.indexOf('"', at));
              return json(
                  response,
                  "{\"userId\":\"%s\",\"token\":\"internal-%s\",\"expiresAt\":%d}"
                      .formatted(user, user, System.currentTimeMillis() + 600_000));
            });
  }

  private static Mono<Void> problem(
      HttpServerResponse response, int status, int errcode, String detail) {
    return json(
        response.status(status),
        "{\"status\":%d,\"errcode\":%d,\"detail\":\"%s\"}".formatted(status, errcode, detail));
  }

  private static Mono<Void> json(HttpServerResponse response, String body) {
    return response.header("Content-Type", "application/json").sendString(Mono.just(body)).then();
  }

  private Publisher<Void> readiness(String service, HttpServerResponse response) {
    boolean ready = pushReady || !"push".equals(service);
    return response
        .status(ready ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE)
        .send();
  }

  private Publisher<Void> remember(
      String service, HttpServerRequest request, HttpServerResponse response) {
    return request
        .receive()
        .aggregate()
        .asString(StandardCharsets.UTF_8)
        .defaultIfEmpty("")
        .flatMap(
            body -> {
              if (!ingestUp && "ingest".equals(service)) {
                request.withConnection(connection -> connection.channel().close());
                return Mono.never();
              }
              seen.add(
                  new Seen(
                      service,
                      request.method().name(),
                      request.uri(),
                      request.requestHeaders().get("Authorization", ""),
                      request.requestHeaders().names().stream()
                          .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("x-hongyan-"))
                          .toList(),
                      request.requestHeaders().get("Content-Type", ""),
                      body.length()));
              return json(response, "{\"service\":\"" + service + "\"}");
            });
  }

  @Override
  public void close() {
    servers.values().forEach(server -> server.disposeNow(Duration.ofSeconds(5)));
  }
}
