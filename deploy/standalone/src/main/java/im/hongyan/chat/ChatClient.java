package im.hongyan.chat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One device of a user, over MQTT. It keeps the rules for clients: until {@code connected_reply}
 * has come it ignores pushes, it drops copies, it acknowledges after it has shown a message, and it
 * sends what was not answered again under the same name.
 */
public final class ChatClient implements AutoCloseable {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final int TRIES = 6;
  private static final int SHOWN_REMEMBERED = 10_000;
  private static final int UNAVAILABLE = 10;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Account account;
  private final String device;
  private final Mqtt5AsyncClient mqtt;
  private final Consumer<Incoming> screen;

  /** Requests without their reply yet, by request id. */
  private final Map<String, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();

  /** Ids of pushes that were shown; used on the MQTT client's thread alone. */
  private final Set<String> shown =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > SHOWN_REMEMBERED;
            }
          });

  /** Whether {@code connected_reply} has come on this connection. */
  private volatile boolean greeted;

  private ChatClient(Account account, String device, Consumer<Incoming> screen) {
    this.account = account;
    this.device = device;
    this.screen = screen;
    this.mqtt =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(account.user() + ":" + device)
            .serverHost(account.host())
            .serverPort(account.port())
            .simpleAuth()
            .username(account.user().value())
            .password(account.token().getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildAsync();
    mqtt.publishes(MqttGlobalPublishFilter.ALL, this::arrived);
  }

  /**
   * Connects.
   *
   * @param device what the device calls itself
   * @param screen shows a message; it is acknowledged afterwards
   * @throws ChatException when the broker cannot be reached or refuses
   */
  public static ChatClient connect(Account account, String device, Consumer<Incoming> screen) {
    ChatClient client = new ChatClient(account, device, screen);
    try {
      client.open();
    } catch (ChatException e) {
      client.close();
      throw e;
    }
    return client;
  }

  private void open() {
    await(
        mqtt.connectWith()
            .cleanStart(true)
            .keepAlive(30)
            .send()
            .thenCompose(
                ok ->
                    mqtt.subscribeWith()
                        .topicFilter(Topics.toClient(account.user()))
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send()));
  }

  /** Says {@code connected}: from now on messages arrive, those that waited first. */
  public void beOnline() {
    request(
        "connected",
        Map.of("device", Map.of("id", device, "type", "cli"), "token", account.token()));
  }

  /** Tells the server that this device is still there. */
  public void heartbeat() {
    request("heatbeat", Map.of("device", device));
  }

  /** The conversation with another user, which is made where there is none. */
  public String sessionWith(UserId other) {
    JsonNode reply = request("session_create", Map.of("members", List.of(other.value())));
    return reply.path("result").path(0).asString("");
  }

  /** Sends a text; returns when the server keeps it. */
  public void send(String session, String text) {
    request(
        "msg_send",
        Map.of(
            "session", session,
            "clientMsgId", UUID.randomUUID().toString(),
            "content", Map.of("type", "text", "text", text)));
  }

  /** Whether the connection is there. */
  public boolean isConnected() {
    return mqtt.getState().isConnected();
  }

  /** Sends a request until it is answered: the same again, so that it is done once. */
  private JsonNode request(String type, Map<String, ?> fields) {
    String requestId = UUID.randomUUID().toString();
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", type);
    message.put("requestId", requestId);
    message.putAll(fields);
    byte[] payload = JSON.writeValueAsBytes(message);
    JsonNode last = null;
    for (int i = 0; i < TRIES; i++) {
      CompletableFuture<JsonNode> answer = new CompletableFuture<>();
      open.put(requestId, answer);
      publish(payload);
      try {
        last = answer.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        if (last.path("errcode").asInt(UNAVAILABLE) != UNAVAILABLE) {
          return require(type, last);
        }
        CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(1L << i, TimeUnit.SECONDS))
            .join();
      } catch (TimeoutException e) {
        requireConnected();
      } catch (ExecutionException e) {
        throw new ChatException(type + ": " + e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ChatException(type + ": interrupted");
      } finally {
        open.remove(requestId);
      }
    }
    if (last != null) {
      return require(type, last);
    }
    throw new ChatException(type + ": the server does not answer");
  }

  private static JsonNode require(String type, JsonNode reply) {
    int errcode = reply.path("errcode").asInt(UNAVAILABLE);
    if (errcode != 0) {
      throw new ChatException(
          "%s was refused: %s (errcode %d)"
              .formatted(type, reply.path("errmsg").asString("no reason given"), errcode));
    }
    return reply;
  }

  private void requireConnected() {
    if (!isConnected()) {
      throw new ChatException("the connection to %s is lost".formatted(account));
    }
  }

  private void publish(byte[] payload) {
    var _ =
        mqtt.publishWith()
            .topic(Topics.toServer(account.user()))
            .qos(MqttQos.AT_LEAST_ONCE)
            .payload(payload)
            .send();
  }

  private void arrived(Mqtt5Publish publish) {
    JsonNode message;
    try {
      message = JSON.readTree(publish.getPayloadAsBytes());
    } catch (JacksonException e) {
      return;
    }
    if (message.path("type").asString("").equals("msg_push")) {
      pushed(message);
    } else {
      replied(message);
    }
  }

  private void replied(JsonNode reply) {
    if (reply.path("type").asString("").equals("connected_reply")) {
      greeted = true;
    }
    CompletableFuture<JsonNode> waiting = open.get(reply.path("requestId").asString(""));
    if (waiting != null) {
      waiting.complete(reply);
    }
  }

  private void pushed(JsonNode push) {
    if (!greeted) {
      return;
    }
    String id = push.path("messagesendId").asString("");
    if (shown.add(id)) {
      screen.accept(
          new Incoming(
              push.path("session").asString(""),
              push.path("seq").asLong(0),
              new UserId(push.path("sender").asString("system")),
              push.path("content")));
    }
    publish(
        JSON.writeValueAsBytes(
            Map.of(
                "type",
                "msg_recv",
                "session",
                push.path("session").asString(""),
                "messagesendId",
                id,
                "device",
                device)));
  }

  private void await(CompletableFuture<?> step) {
    try {
      step.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ChatException("%s: no answer".formatted(account));
    } catch (ExecutionException e) {
      throw new ChatException("%s: %s".formatted(account, reason(e.getCause())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChatException("%s: interrupted".formatted(account));
    }
  }

  private static String reason(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> "no answer";
      case Mqtt5ConnAckException refused ->
          "refused (%s)".formatted(refused.getMqttMessage().getReasonCode());
      default ->
          "cannot be reached (%s); is `./hongyan up` running?".formatted(failure.getMessage());
    };
  }

  /** Says goodbye where that is still possible. */
  @Override
  public void close() {
    if (isConnected()) {
      await(mqtt.disconnect());
    }
  }
}
