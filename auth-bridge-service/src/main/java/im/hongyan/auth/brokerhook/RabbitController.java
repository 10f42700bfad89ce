package im.hongyan.auth.brokerhook;

import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import im.hongyan.mqtt.hooks.Decision;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * RabbitMQ's {@code rabbitmq_auth_backend_http} with {@code auth_http.http_method = post}: users
 * are MQTT clients with their two topics and the queues of their own subscriptions, services do
 * everything. A user has to bring a client id, {@code {userId}:{deviceId}}: over AMQP, which has
 * none, only services come in.
 */
@RestController
@RequestMapping(
    path = "/broker/rabbitmq",
    consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE,
    produces = MediaType.TEXT_PLAIN_VALUE)
class RabbitController {
  private static final String ALLOW = "allow";
  private static final String DENY = "deny";
  private static final String MQTT_EXCHANGE = "amq.topic";

  /** The queue of a subscription, with the client id in it. */
  private static final Pattern SUBSCRIPTION =
      Pattern.compile("mqtt-(?:subscription|will)-(.*?)(?:qos[0-2])?", Pattern.DOTALL);

  private final BrokerAccess access;
  private final Scheduler blocking =
      Schedulers.fromExecutor(
          java.util.concurrent.Executors.newThreadPerTaskExecutor(
              Thread.ofVirtual().name("rabbit-hook-", 0).factory()));

  RabbitController(BrokerAccess access) {
    this.access = access;
  }

  @PostMapping("/user")
  Mono<String> user(ServerWebExchange exchange) {
    return exchange.getFormData().publishOn(blocking).map(this::authenticate);
  }

  @PostMapping("/vhost")
  Mono<String> vhost(ServerWebExchange exchange) {
    return exchange.getFormData().map(form -> form.containsKey("username") ? ALLOW : DENY);
  }

  @PostMapping("/resource")
  Mono<String> resource(ServerWebExchange exchange) {
    return exchange.getFormData().map(form -> mayUse(form) ? ALLOW : DENY);
  }

  @PostMapping("/topic")
  Mono<String> topic(ServerWebExchange exchange) {
    return exchange.getFormData().map(form -> mayRoute(form) ? ALLOW : DENY);
  }

  private String authenticate(MultiValueMap<String, String> form) {
    Decision decision =
        access.authenticate(
            new BrokerAccess.Login(
                // Who comes by AMQP has none: that door is for services.
                Objects.requireNonNullElse(form.getFirst("client_id"), ""),
                form.getFirst("username"),
                form.getFirst("password"),
                null));
    return decision instanceof Decision.Refused ? DENY : ALLOW;
  }

  private static boolean mayUse(MultiValueMap<String, String> form) {
    String username = form.getFirst("username");
    String name = form.getFirst("name");
    if (username == null || name == null) {
      return false;
    }
    if (BrokerAccess.isService(username)) {
      return true;
    }
    if (!UserId.isValid(username)) {
      return false;
    }
    String permission = form.getFirst("permission");
    return switch (form.getFirst("resource")) {
      case "exchange" -> name.equals(MQTT_EXCHANGE) && !"configure".equals(permission);
      case "queue" -> isOwnSubscription(new UserId(username), name);
      case "topic" -> mayRoute(form);
      case null, default -> false;
    };
  }

  /** The queue of one of the user's client ids; services' names have no colon. */
  private static boolean isOwnSubscription(UserId user, String queue) {
    Matcher matcher = SUBSCRIPTION.matcher(queue);
    return matcher.matches() && BrokerAccess.isClientOf(user, matcher.group(1));
  }

  /** Publishing is writing, subscribing is reading; RabbitMQ writes MQTT's slashes as dots. */
  private static boolean mayRoute(MultiValueMap<String, String> form) {
    String username = form.getFirst("username");
    String key = form.getFirst("routing_key");
    if (username == null || key == null) {
      return false;
    }
    if (BrokerAccess.isService(username)) {
      return true;
    }
    if (!UserId.isValid(username) || !MQTT_EXCHANGE.equals(form.getFirst("name"))) {
      return false;
    }
    UserId user = new UserId(username);
    return switch (form.getFirst("permission")) {
      case "write" -> key.equals(routingKey(Topics.toServer(user)));
      case "read" -> key.equals(routingKey(Topics.toClient(user)));
      case null, default -> false;
    };
  }

  private static @Nullable String routingKey(String topic) {
    return topic.replace('/', '.');
  }
}
