package im.hongyan.ingest.inbound;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues between RabbitMQ's MQTT plugin and ingest. The plugin publishes what clients send to
 * its topic exchange, with the topic as key and dots for slashes; from there a consistent hash of
 * that key, and so of the sender, chooses the queue. Each queue has one active consumer among all
 * replicas. Belongs to one thread.
 */
final class SenderQueues {
  /** Where the MQTT plugin publishes. */
  static final String MQTT_EXCHANGE = "amq.topic";

  /** Divides senders among the queues. */
  static final String EXCHANGE = "im.inbound";

  private static final Logger log = LoggerFactory.getLogger(SenderQueues.class);
  private static final String KEY_PREFIX = ".root.server.";
  private static final String TOPIC_PREFIX = "/root/server/";
  private static final String DELIVERY_LIMIT = "x-delivery-limit";

  /** Each queue gets the same share. */
  private static final String WEIGHT = "1";

  private final List<String> names;

  /** Queues that were there before with a delivery limit of the broker's. */
  private final Set<String> limited = new HashSet<>();

  SenderQueues(int count) {
    this.names = IntStream.range(0, count).mapToObj(i -> EXCHANGE + "." + i).toList();
  }

  List<String> names() {
    return names;
  }

  /**
   * The topic that the client published to. A user id may have dots, and has no slashes: what
   * follows the prefix is taken as it is.
   */
  static String topic(String routingKey) {
    return routingKey.startsWith(KEY_PREFIX)
        ? TOPIC_PREFIX + routingKey.substring(KEY_PREFIX.length())
        : routingKey;
  }

  /** Declares all; declaring again changes nothing. */
  void declare(Channel channel) throws IOException {
    channel.exchangeDeclare(EXCHANGE, "x-consistent-hash", true);
    for (String queue : names) {
      declareQueue(channel, queue);
      channel.queueBind(queue, EXCHANGE, WEIGHT);
    }
    // Last, so that nothing arrives while some queues are missing.
    channel.exchangeDeclare(MQTT_EXCHANGE, BuiltinExchangeType.TOPIC, true);
    channel.exchangeBind(EXCHANGE, MQTT_EXCHANGE, KEY_PREFIX + "#");
  }

  private void declareQueue(Channel channel, String queue) throws IOException {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-single-active-consumer", true);
    if (dropsWhatComesAgain(channel) && !limited.contains(queue)) {
      arguments.put(DELIVERY_LIMIT, -1);
    }
    try {
      channel.queueDeclare(queue, true, false, false, arguments);
    } catch (IOException e) {
      if (arguments.containsKey(DELIVERY_LIMIT) && isAboutTheLimit(e)) {
        limited.add(queue);
        log.warn(
            "The queue {} was declared without {}=-1: the broker drops messages that come again too"
                + " often. Set a policy with a high delivery-limit, or delete it once it is empty.",
            queue,
            DELIVERY_LIMIT);
      }
      throw e;
    }
  }

  /** As of the streams' queues: RabbitMQ has a limit of its own from version 4 on. */
  private static boolean dropsWhatComesAgain(Channel channel) {
    return !String.valueOf(channel.getConnection().getServerProperties().get("version"))
        .startsWith("3.");
  }

  /** The channel is closed by now; the next attempt declares the queue as it is. */
  private static boolean isAboutTheLimit(IOException failure) {
    return failure.getCause() instanceof ShutdownSignalException closed
        && closed.getReason() instanceof AMQP.Channel.Close close
        && close.getReplyCode() == AMQP.PRECONDITION_FAILED
        && close.getReplyText().contains(DELIVERY_LIMIT);
  }
}
