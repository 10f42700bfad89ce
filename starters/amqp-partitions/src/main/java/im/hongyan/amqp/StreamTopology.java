package im.hongyan.amqp;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The one place that knows the names and arguments of exchanges and queues. A stream is a durable
 * direct exchange and one durable queue for each partition, bound by the partition's number; each
 * queue has a single active consumer. Whoever opens a channel declares what it needs; declaring
 * again changes nothing.
 */
public final class StreamTopology {
  /** Where events go that can never be handled. */
  public static final String DEAD_QUEUE = "im.dead";

  private final int partitions;
  private final boolean quorum;

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

  void declareStream(Channel channel, String stream) throws IOException {
    channel.exchangeDeclare(exchange(stream), BuiltinExchangeType.DIRECT, true);
    for (int partition = 0; partition < partitions; partition++) {
      Map<String, Object> arguments = durableArguments();
      arguments.put("x-single-active-consumer", true);
      channel.queueDeclare(queue(stream, partition), true, false, false, arguments);
      channel.queueBind(queue(stream, partition), exchange(stream), routingKey(partition));
    }
  }

  void declareDead(Channel channel) throws IOException {
    channel.queueDeclare(DEAD_QUEUE, true, false, false, durableArguments());
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

  private Map<String, Object> durableArguments() {
    Map<String, Object> arguments = new HashMap<>();
    if (quorum) {
      arguments.put("x-queue-type", "quorum");
    }
    return arguments;
  }
}
