package im.hongyan.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that knows the names and arguments of exchanges and queues. A stream is a durable
 * direct exchange and one durable queue for each partition, bound by the partition's number; each
 * queue has a single active consumer. Whoever opens a channel declares what it needs; declaring
 * again changes nothing.
 */
public final class StreamTopology {
  /** Where events go that can never be handled. */
  public static final String DEAD_QUEUE = "im.dead";

  private static final Logger log = LoggerFactory.getLogger(StreamTopology.class);
  private static final String DELIVERY_LIMIT = "x-delivery-limit";

  private final int partitions;
  private final boolean quorum;

  /** Queues that were there before with a delivery limit of the broker's. */
  private final Set<String> limited = ConcurrentHashMap.newKeySet();

  StreamTopology(int partitions, boolean quorum) {
    this.partitions = partitions;
    this.quorum = quorum;
  }

  /** The exchange of a stream: its name. */
  public String exchange(String stream) {
    return stream;
  }

  /** The queue of a partition. */
  public String queue(String stream, int partition) {
    return stream + "." + partition;
  }

  /** The key that leads a message from the exchange to a partition's queue. */
  public String routingKey(int partition) {
    return Integer.toString(partition);
  }

  /** Declares all partitions of a stream, as who publishes into it needs them. */
  void declareStream(Channel channel, String stream) throws IOException {
    for (int partition = 0; partition < partitions; partition++) {
      declarePartition(channel, stream, partition);
    }
  }

  /** Declares one partition of a stream, as who consumes it needs it. */
  void declarePartition(Channel channel, String stream, int partition) throws IOException {
    channel.exchangeDeclare(exchange(stream), BuiltinExchangeType.DIRECT, true);
    declareDurable(channel, queue(stream, partition), Map.of("x-single-active-consumer", true));
    channel.queueBind(queue(stream, partition), exchange(stream), routingKey(partition));
  }

  void declareDead(Channel channel) throws IOException {
    declareDurable(channel, DEAD_QUEUE, Map.of());
  }

  void declareBroadcast(Channel channel, String name) throws IOException {
    channel.exchangeDeclare(name, BuiltinExchangeType.FANOUT, true);
  }

  /** Declares this instance's own queue of a broadcast, which goes when its channel goes. */
  void declareBroadcastQueue(Channel channel, String name, String queue) throws IOException {
    declareBroadcast(channel, name);
    channel.queueDeclare(queue, false, true, true, Map.of());
    channel.queueBind(queue, name, "");
  }

  private void declareDurable(Channel channel, String queue, Map<String, Object> more)
      throws IOException {
    Map<String, Object> arguments = new HashMap<>(more);
    if (quorum) {
      arguments.put("x-queue-type", "quorum");
      if (dropsWhatComesAgain(channel) && !limited.contains(queue)) {
        arguments.put(DELIVERY_LIMIT, -1);
      }
    }
    try {
      channel.queueDeclare(queue, true, false, false, arguments);
    } catch (IOException e) {
      if (arguments.containsKey(DELIVERY_LIMIT) && isAbout(DELIVERY_LIMIT, e)) {
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

  /**
   * From version 4 RabbitMQ drops what a quorum queue has delivered 20 times, unless the queue is
   * declared without a limit; earlier versions know no such default and refuse -1.
   */
  private static boolean dropsWhatComesAgain(Channel channel) {
    Map<String, Object> server = channel.getConnection().getServerProperties();
    return "RabbitMQ".equals(String.valueOf(server.get("product")))
        && !String.valueOf(server.get("version")).startsWith("3.");
  }

  /** The channel is closed by now; whoever opens the next declares the queue as it is. */
  private static boolean isAbout(String argument, IOException failure) {
    return failure.getCause() instanceof ShutdownSignalException closed
        && closed.getReason() instanceof AMQP.Channel.Close close
        && close.getReplyCode() == AMQP.PRECONDITION_FAILED
        && close.getReplyText().contains(argument);
  }

  /** Whether a passive declaration failed because there is no such queue. */
  static boolean isMissing(IOException failure) {
    return failure.getCause() instanceof ShutdownSignalException closed
        && closed.getReason() instanceof AMQP.Channel.Close close
        && close.getReplyCode() == AMQP.NOT_FOUND;
  }
}
