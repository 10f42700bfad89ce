package im.hongyan.bench.compare;

import im.hongyan.bench.mqtt.MqttConnection;
import im.hongyan.bench.mqtt.MqttListener;
import im.hongyan.bench.mqtt.MqttLogin;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT client that tells what became of each publish. Apart from {@link #awaitAll}, used from
 * its event loop alone.
 */
final class RawClient implements MqttListener, AutoCloseable {
  private static final Duration LONGEST_LOGIN = Duration.ofMinutes(1);
  private static final int QOS = 1;

  private final EventLoop loop;
  private final Consumer<byte[]> onMessage;
  private final Map<Integer, Runnable> unacknowledged = new HashMap<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private @Nullable MqttConnection connection;

  private RawClient(EventLoop loop, Consumer<byte[]> onMessage) {
    this.loop = loop;
    this.onMessage = onMessage;
  }

  /** Begins to connect. */
  static RawClient connect(
      EventLoop loop, InetSocketAddress broker, MqttLogin login, Consumer<byte[]> onMessage) {
    RawClient client = new RawClient(loop, onMessage);
    loop.execute(() -> MqttConnection.open(loop, broker, login, client));
    return client;
  }

  /** Waits until all are connected and subscribed. */
  static void awaitAll(List<RawClient> clients) throws InterruptedException {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(
            clients.stream().map(client -> client.ready).toArray(CompletableFuture[]::new));
    try {
      all.get(LONGEST_LOGIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("not all connected within " + LONGEST_LOGIN, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("not connected", e.getCause());
    }
  }

  /** Publishes at QoS 1; {@code onAcknowledged} runs when the broker has taken it over. */
  void publish(String topic, byte[] payload, Runnable onAcknowledged) {
    if (connection != null) {
      unacknowledged.put(connection.publish(topic, payload, QOS), onAcknowledged);
    }
  }

  @Override
  public void opened(MqttConnection opened) {
    connection = opened;
    ready.complete(null);
  }

  @Override
  public void message(byte[] payload) {
    onMessage.accept(payload);
  }

  @Override
  public void acknowledged(int packetId) {
    Runnable waiting = unacknowledged.remove(packetId);
    if (waiting != null) {
      waiting.run();
    }
  }

  @Override
  public void closed(String reason) {
    connection = null;
    ready.completeExceptionally(new IllegalStateException(reason));
  }

  @Override
  public void close() {
    loop.execute(
        () -> {
          if (connection != null) {
            connection.disconnect();
          }
        });
  }
}
