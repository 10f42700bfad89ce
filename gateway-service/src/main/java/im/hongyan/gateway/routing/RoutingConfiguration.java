package im.hongyan.gateway.routing;

import im.hongyan.gateway.limits.AddressLimitFilter;
import im.hongyan.gateway.limits.BodyLimitFilter;
import im.hongyan.gateway.login.LoginFilter;
import java.net.URI;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.BooleanSpec;
import org.springframework.cloud.gateway.route.builder.Buildable;
import org.springframework.cloud.gateway.route.builder.GatewayFilterSpec;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.cloud.gateway.route.builder.UriSpec;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

/** The table of routes. What is not in it does not exist; nothing here leads to /internal. */
@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {
  private static final String MESSAGES = "/api/v1/sessions/{session}/messages";
  private static final String READ = "/api/v1/sessions/{session}/read";
  private static final String READS = "/api/v1/sessions/{session}/reads";

  private final LoginFilter login;
  private final AddressLimitFilter addressLimit;
  private final BodyLimitFilter bodyLimit;

  RoutingConfiguration(
      LoginFilter login, AddressLimitFilter addressLimit, BodyLimitFilter bodyLimit) {
    this.login = login;
    this.addressLimit = addressLimit;
    this.bodyLimit = bodyLimit;
  }

  /** The first route that matches is taken. */
  @Bean
  RouteLocator routes(RouteLocatorBuilder routes, UpstreamProperties to) {
    return routes
        .routes()
        .route(
            "commands",
            r -> commands(r.method(HttpMethod.POST).and().path("/api/v1/commands"), to.ingest()))
        .route("messages", r -> api(r.method(HttpMethod.POST).and().path(MESSAGES), to.ingest()))
        .route(
            "message",
            r -> api(r.path(MESSAGES + "/{message}", MESSAGES + "/{message}/**"), to.ingest()))
        .route("read", r -> api(r.method(HttpMethod.PUT).and().path(READ), to.ingest()))
        .route("history", r -> api(r.method(HttpMethod.GET).and().path(MESSAGES), to.push()))
        .route("reads", r -> api(r.method(HttpMethod.GET).and().path(READS), to.push()))
        .route("events", r -> api(r.path("/api/v1/events", "/api/v1/events/**"), to.push()))
        .route("sync", r -> api(r.method(HttpMethod.GET).and().path("/api/v1/sync"), to.push()))
        .route(
            "sessions", r -> api(r.path("/api/v1/sessions", "/api/v1/sessions/**"), to.session()))
        .route("mqtt", r -> webSocket(r.path("/mqtt"), to.mqtt()))
        .build();
  }

  /** A call of a user: his token becomes an internal one, and what he sends is bounded. */
  private Buildable<Route> api(BooleanSpec when, URI service) {
    return when.filters(this::guarded).uri(service);
  }

  /** Likewise, where every answer is a reply of the protocol. */
  private Buildable<Route> commands(BooleanSpec when, URI service) {
    return when.filters(f -> guarded(f.filter(new AnswersAreReplies()))).uri(service);
  }

  private UriSpec guarded(GatewayFilterSpec filters) {
    return filters
        .filter(bodyLimit)
        .filter(login)
        .filter(new BodyIsJson())
        .filter(new UpstreamFailures());
  }

  /** A connection that authenticates inside its own protocol. */
  private Buildable<Route> webSocket(BooleanSpec when, URI listener) {
    return when.filters(f -> f.filter(addressLimit).setPath(listener.getPath())).uri(listener);
  }
}
