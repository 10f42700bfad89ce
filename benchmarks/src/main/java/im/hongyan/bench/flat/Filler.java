package im.hongyan.bench.flat;

import im.hongyan.bench.mqtt.MqttConnection;
import im.hongyan.bench.mqtt.MqttListener;
import im.hongyan.bench.mqtt.MqttLogin;
import im.hongyan.bench.server.Target;
import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends messages to one session over MQTT, so many ahead of their answers, until a number has been
 * accepted. Belongs to its event loop.
 */
final class Filler implements MqttListener {
  private static final int WINDOW = 200;
  private static final String DEVICE = "filler";

  private final EventLoop loop;
  private final UserId user;
  private final String session;
  private final String text;
  private final JsonMapper mapper = JsonMapper.shared();
  private final Queue<Integer> refused = new ArrayDeque<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private @Nullable MqttConnection connection;
  private @Nullable CompletableFuture<Void> done;
  private int wanted;
  private int created;
  private int accepted;
  private int waiting;

  Filler(
      EventLoop loop, Target target, String tokenPrefix, UserId user, String session, int bytes) {
    this.loop = loop;
    this.user = user;
    this.session = session;
    this.text = "x".repeat(bytes);
    MqttLogin login =
        new MqttLogin(user + ":" + DEVICE, user.value(), tokenPrefix + user, Topics.toClient(user));
    loop.execute(() -> MqttConnection.open(loop, target.broker(), login, this));
  }

  /** Completes when messages can be sent. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** Sends until {@code total} messages in all have been accepted. */
  CompletableFuture<Void> fillTo(int total) {
    CompletableFuture<Void> filled = new CompletableFuture<>();
    loop.execute(
        () -> {
          wanted = total;
          done = filled;
          sendMore();
        });
    return filled;
  }

  void close() {
    loop.execute(
        () -> {
          if (connection != null) {
            connection.disconnect();
          }
        });
  }

  @Override
  public void opened(MqttConnection opened) {
    connection = opened;
    publish("{\"type\":\"connected\",\"device\":{\"id\":\"" + DEVICE + "\"}}");
  }

  @Override
  public void message(byte[] payload) {
    JsonNode frame = mapper.readTree(payload);
    switch (frame.path("type").asString("")) {
      case "connected_reply" -> ready.complete(null);
      case "msg_send_reply" -> answered(frame);
      default -> {}
    }
  }

  private void answered(JsonNode reply) {
    waiting--;
    if (reply.path("errcode").asInt() == 0) {
      accepted++;
      if (accepted == wanted && done != null) {
        done.complete(null);
        return;
      }
      sendMore();
      return;
    }
    refused.add(Integer.parseInt(reply.path("clientMsgId").asString()));
    long wait = reply.path("retryAfterMs").asLong(200);
    var _ = loop.schedule(this::sendMore, wait, TimeUnit.MILLISECONDS);
  }

  private void sendMore() {
    while (waiting < WINDOW && (!refused.isEmpty() || created < wanted)) {
      Integer again = refused.poll();
      int number = again == null ? created++ : again;
      waiting++;
      publish(
          "{\"type\":\"msg_send\",\"session\":\"%s\",\"clientMsgId\":\"%d\",\"content\":{\"type\":\"text\",\"text\":\"%s\"}}"
              .formatted(session, number, text));
    }
  }

  private void publish(String json) {
    if (connection != null) {
      connection.publish(Topics.toServer(user), json.getBytes(StandardCharsets.UTF_8), 1);
    }
  }

  @Override
  public void closed(String reason) {
    IllegalStateException broken = new IllegalStateException("the connection ended: " + reason);
    ready.completeExceptionally(broken);
    if (done != null) {
      done.completeExceptionally(broken);
    }
  }
}
