package im.hongyan.embedded.mqtt;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.publish.PUBLISHFactory;
import com.hivemq.mqtt.message.suback.SUBACK;
import com.hivemq.mqtt.message.subscribe.SUBSCRIBE;
import com.hivemq.mqtt.message.subscribe.Topic;
import com.hivemq.mqtt.message.unsubscribe.UNSUBSCRIBE;
import im.hongyan.mqtt.hooks.Decision.ClientAllowed;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is published to a user goes straight into the pipelines of his connections: one of these in
 * each. It watches which of his topics the connection has subscribed to, as the broker grants it.
 *
 * <p>What goes out this way has QoS 0: a connection delivers in order or breaks, and what a broken
 * one swallowed is sent again by whoever keeps it, since the user has not acknowledged it with
 * {@code msg_recv}.
 */
final class ClientOutlet extends ChannelDuplexHandler {
  /** What a connection may leave unread; who reads slower than that gets the rest later. */
  private static final long MAX_UNREAD_BYTES = 16L << 20;

  private static final String BROKER = "hongyan";

  private final ClientAllowed allowed;
  private final ClientOutlets outlets;

  /** Subscriptions that the broker has not answered yet, by packet id; on the event loop. */
  private final Map<Integer, SUBSCRIBE> asked = new HashMap<>();

  private @Nullable ChannelHandlerContext context;

  ClientOutlet(ClientAllowed allowed, ClientOutlets outlets) {
    this.allowed = allowed;
    this.outlets = outlets;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object packet) {
    switch (packet) {
      case SUBSCRIBE subscribe -> asked.put(subscribe.getPacketIdentifier(), subscribe);
      case UNSUBSCRIBE unsubscribe ->
          unsubscribe.getTopics().forEach(topic -> outlets.remove(topic, this));
      default -> {}
    }
    reading.fireChannelRead(packet);
  }

  @Override
  public void write(ChannelHandlerContext writing, Object packet, ChannelPromise promise) {
    writing.write(packet, promise);
    if (packet instanceof SUBACK answer) {
      SUBSCRIBE subscribe = asked.remove(answer.getPacketIdentifier());
      if (subscribe != null) {
        granted(subscribe, answer);
      }
    }
  }

  /** After the answer: nothing is published to a client before it knows that it has subscribed. */
  private void granted(SUBSCRIBE subscribe, SUBACK answer) {
    ImmutableList<Topic> topics = subscribe.getTopics();
    for (int i = 0; i < topics.size(); i++) {
      Topic topic = topics.get(i);
      if (allowed.maySubscribe().contains(topic.getTopic())
          && !answer.getReasonCodes().get(i).isError()) {
        outlets.add(topic.getTopic(), this, subscriptionIdentifiers(topic));
      }
    }
  }

  private static ImmutableIntArray subscriptionIdentifiers(Topic topic) {
    Integer identifier = topic.getSubscriptionIdentifier();
    return identifier == null ? ImmutableIntArray.of() : ImmutableIntArray.of(identifier);
  }

  @Override
  public void channelInactive(ChannelHandlerContext closed) {
    allowed.maySubscribe().forEach(topic -> outlets.remove(topic, this));
    closed.fireChannelInactive();
  }

  /**
   * Publishes to this connection; from any thread, in the order of the calls of one.
   *
   * @return false where the client leaves too much unread
   */
  boolean publish(String topic, byte[] payload, ImmutableIntArray subscriptionIdentifiers) {
    ChannelHandlerContext writing = context;
    if (writing == null || !writing.channel().isActive()) {
      return true; // It has just ended; its end is told elsewhere.
    }
    if (writing.channel().bytesBeforeWritable() > MAX_UNREAD_BYTES) {
      return false;
    }
    PUBLISH publish =
        new PUBLISHFactory.Mqtt5Builder()
            .withHivemqId(BROKER)
            .withTopic(topic)
            .withPayload(payload)
            .withQoS(QoS.AT_MOST_ONCE)
            .withOnwardQos(QoS.AT_MOST_ONCE)
            .withSubscriptionIdentifiers(subscriptionIdentifiers)
            .build();
    writing.writeAndFlush(publish);
    return true;
  }
}
