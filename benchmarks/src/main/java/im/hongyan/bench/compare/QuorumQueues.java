package im.hongyan.bench.compare;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Eight quorum queues of RabbitMQ, spread by sender, with one confirmed publisher and one consumer
 * each. Messages are persistent, and acknowledged one by one.
 */
final class QuorumQueues implements AutoCloseable {
  private static final int COUNT = 8;
  private static final int PREFETCH = 200;

  private final Connection publishing;
  private final Connection consuming;
  private final Channel publisher;
  private final ConcurrentNavigableMap<Long, byte[]> unconfirmed = new ConcurrentSkipListMap<>();
  private final Consumer<byte[]> onConfirmed;

  /** Told of each message that is consumed. */
  @FunctionalInterface
  interface Consuming {
    /**
     * A message.
     *
     * @param acknowledge says that it need not come again; may be run by any thread
     */
    void consumed(byte[] body, Runnable acknowledge);
  }

  /**
   * Declares the queues and begins to consume.
   *
   * @param onConfirmed told from a thread of the client when the broker has stored a message
   * @param onConsumed told from threads of the client of each message, in order for each queue
   */
  QuorumQueues(URI uri, Consumer<byte[]> onConfirmed, Consuming onConsumed) throws IOException {
    this.onConfirmed = onConfirmed;
    try {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(uri);
      factory.setAutomaticRecoveryEnabled(false);
      publishing = factory.newConnection("publisher");
      consuming = factory.newConnection("consumer");
    } catch (TimeoutException | GeneralSecurityException | URISyntaxException e) {
      throw new IOException("cannot connect to RabbitMQ", e);
    }
    publisher = publishing.createChannel();
    publisher.confirmSelect();
    // What is refused stays unconfirmed, and is counted as that.
    publisher.addConfirmListener(this::confirmed, (tag, multiple) -> {});
    for (int i = 0; i < COUNT; i++) {
      consume(queue(i), onConsumed);
    }
  }

  private void consume(String queue, Consuming onConsumed) throws IOException {
    publisher.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
    publisher.queuePurge(queue);
    Channel channel = consuming.createChannel();
    channel.basicQos(PREFETCH);
    channel.basicConsume(
        queue,
        false,
        (consumer, delivery) -> {
          long tag = delivery.getEnvelope().getDeliveryTag();
          onConsumed.consumed(delivery.getBody(), () -> acknowledge(channel, tag));
        },
        consumer -> {});
  }

  private static void acknowledge(Channel channel, long tag) {
    try {
      channel.basicAck(tag, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Publishes to the queue of a sender. Called from one thread. */
  void publish(int sender, byte[] body) throws IOException {
    unconfirmed.put(publisher.getNextPublishSeqNo(), body);
    publisher.basicPublish("", queue(sender % COUNT), MessageProperties.PERSISTENT_BASIC, body);
  }

  private void confirmed(long tag, boolean multiple) {
    if (!multiple) {
      tell(unconfirmed.remove(tag));
      return;
    }
    for (Long each : unconfirmed.headMap(tag, true).keySet()) {
      tell(unconfirmed.remove(each));
    }
  }

  private void tell(byte @Nullable [] body) {
    if (body != null) {
      onConfirmed.accept(body);
    }
  }

  private static String queue(int number) {
    return "raw-" + number;
  }

  @Override
  public void close() {
    publishing.abort();
    consuming.abort();
  }
}
