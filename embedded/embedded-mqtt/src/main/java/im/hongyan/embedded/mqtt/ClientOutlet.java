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
import io.micrometer.core.instrument.Counter;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is published to a user goes straight into the pipelines of his connections: one of these in
 * each. It watches which of his topics the connection has subscribed to, as the broker grants it.
 *
 * <p>What goes out this way has QoS 0: a connection delivers in order or breaks, and what a broken
 * one swallowed is sent again by whoever keeps it, since the user has not acknowledged it with
 * {@code msg_recv}.
 */
final class ClientOutlet extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(ClientOutlet.class);

  /**
   * What a connection may leave unread. More than all that is pushed to a user before he must
   * acknowledge (100 messages of 64 KiB), so that a slow line alone never reaches it.
   */
  static final long MAX_UNREAD_BYTES = 8L << 20;

  private static final String BROKER = "hongyan";

  private final ClientAllowed allowed;
  private final ClientOutlets outlets;
  private final Counter overflows;

  /** Subscriptions that the broker has not answered yet, by packet id; on the event loop. */
  private final Map<Integer, SUBSCRIBE> asked = new HashMap<>();

  private @Nullable ChannelHandlerContext context;

  /** Nothing is written any more: something was left out, and what followed would be a gap. */
  private volatile boolean givenUp;

  ClientOutlet(ClientAllowed allowed, ClientOutlets outlets, Counter overflows) {
    this.allowed = allowed;
    this.outlets = outlets;
    this.overflows = overflows;
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
   * Publishes to this connection; from any thread, in the order of the calls of one. A client that
   * leaves too much unread is disconnected, as by a broken line: it never sees a later message
   * without an earlier one, and gets what it has not acknowledged when it connects again.
   */
  void publish(String topic, byte[] payload, ImmutableIntArray subscriptionIdentifiers) {
    ChannelHandlerContext writing = context;
    if (writing == null || givenUp || !writing.channel().isActive()) {
      return; // It has just ended; its end is told elsewhere.
    }
    if (writing.channel().bytesBeforeWritable() > MAX_UNREAD_BYTES) {
      giveUp(writing);
      return;
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
  }

  private void giveUp(ChannelHandlerContext writing) {
    givenUp = true;
    overflows.increment();
    log.info("MQTT: a client of {} leaves too much unread and is disconnected", allowed.user());
    writing.close();
  }
}
