package im.hongyan.embedded.mqtt;

import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.puback.PUBACK;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.pubrec.PUBREC;
import com.hivemq.mqtt.message.reason.Mqtt5PubAckReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5PubRecReasonCode;
import im.hongyan.mqtt.InboundMessage;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands the messages of one connection to the handler instead of distributing them in the broker:
 * at once and in the order in which they come, without waiting for the one before. They are
 * acknowledged in that order too, each when its stage has completed.
 *
 * <p>It stands in the connection's pipeline before HiveMQ's own handling of publishes, whose
 * interceptors would take one message of a connection at a time, so that a connection could send no
 * faster than one message can be made durable. It takes only what is plainly allowed; everything
 * else goes on to HiveMQ's permission check and is denied there.
 *
 * <p>Belongs to the connection's event loop.
 */
final class InboundGate extends ChannelInboundHandlerAdapter {
  private static final String NOT_TAKEN = "not taken, send again";

  /** No more is read from a connection while so many of its messages are unanswered. */
  static final int MAX_PENDING = 2_000;

  private final Admitted admitted;
  private final EmbeddedInboundLink inbound;
  private final long limitNanos;

  /** What has been handed over and not been acknowledged, oldest first. */
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  /** Whether {@link #settle} is on its way. */
  private final AtomicBoolean settling = new AtomicBoolean();

  private boolean watching;
  private boolean pausedReading;

  InboundGate(Admitted admitted, EmbeddedInboundLink inbound, Duration limit) {
    this.admitted = admitted;
    this.inbound = inbound;
    this.limitNanos = limit.toNanos();
  }

  private record Pending(int packetId, int qos, CompletableFuture<?> taken, long since) {}

  @Override
  public void channelRead(ChannelHandlerContext context, Object packet) {
    if (packet instanceof PUBLISH publish
        && !publish.isRetain()
        && admitted.mayPublish().contains(publish.getTopic())) {
      take(context, publish);
    } else {
      context.fireChannelRead(packet);
    }
  }

  private void take(ChannelHandlerContext context, PUBLISH publish) {
    byte[] payload = publish.getPayload();
    int qos = publish.getQoS().getQosNumber();
    CompletableFuture<?> taken =
        inbound
            .handOver(
                new InboundMessage(
                    publish.getTopic(),
                    payload == null ? Payloads.EMPTY : payload,
                    qos,
                    admitted.connection().clientId()))
            .toCompletableFuture();
    if (pending.isEmpty() && taken.isDone()) {
      acknowledge(context, publish.getPacketIdentifier(), qos, taken.isCompletedExceptionally());
      context.flush();
      return;
    }
    pending.add(new Pending(publish.getPacketIdentifier(), qos, taken, now(context)));
    var _ = taken.whenComplete((done, failure) -> settleSoon(context));
    if (!watching) {
      watch(context, limitNanos);
    }
    if (pending.size() >= MAX_PENDING && !pausedReading) {
      pausedReading = true;
      context.channel().config().setAutoRead(false);
    }
  }

  /** Called by whatever thread completed a stage; many completions are settled in one go. */
  private void settleSoon(ChannelHandlerContext context) {
    if (settling.compareAndSet(false, true)) {
      context.executor().execute(() -> settle(context));
    }
  }

  /** Acknowledges what is done, up to the first that is not. */
  private void settle(ChannelHandlerContext context) {
    settling.set(false);
    boolean written = false;
    for (Pending oldest = pending.peek();
        oldest != null && oldest.taken().isDone();
        oldest = pending.peek()) {
      pending.remove();
      acknowledge(
          context, oldest.packetId(), oldest.qos(), oldest.taken().isCompletedExceptionally());
      written |= oldest.qos() > 0;
    }
    if (written) {
      context.flush();
    }
    if (pausedReading && pending.size() <= MAX_PENDING / 2) {
      pausedReading = false;
      context.channel().config().setAutoRead(true);
    }
  }

  private void acknowledge(ChannelHandlerContext context, int packetId, int qos, boolean failed) {
    if (qos == 0 || !context.channel().isActive()) {
      return;
    }
    if (failed && !admitted.speaksMqtt5()) {
      // MQTT 3.1.1 has no way to say no; who is cut off sends again.
      context.close();
      return;
    }
    context.write(qos == 1 ? puback(packetId, failed) : pubrec(packetId, failed));
  }

  private static PUBACK puback(int packetId, boolean failed) {
    return failed
        ? new PUBACK(
            packetId,
            Mqtt5PubAckReasonCode.UNSPECIFIED_ERROR,
            NOT_TAKEN,
            Mqtt5UserProperties.NO_USER_PROPERTIES)
        : new PUBACK(packetId);
  }

  private static PUBREC pubrec(int packetId, boolean failed) {
    return failed
        ? new PUBREC(
            packetId,
            Mqtt5PubRecReasonCode.UNSPECIFIED_ERROR,
            NOT_TAKEN,
            Mqtt5UserProperties.NO_USER_PROPERTIES)
        : new PUBREC(packetId);
  }

  /** Gives up on the oldest when its time is over: one timer for all. */
  private void watch(ChannelHandlerContext context, long nanos) {
    watching = true;
    var _ = context.executor().schedule(() -> giveUpLate(context), nanos, TimeUnit.NANOSECONDS);
  }

  private void giveUpLate(ChannelHandlerContext context) {
    watching = false;
    long now = now(context);
    for (Pending late : pending) {
      long left = limitNanos - (now - late.since());
      if (left > 0) {
        watch(context, left);
        break;
      }
      late.taken().completeExceptionally(new LateException());
    }
  }

  private static long now(ChannelHandlerContext context) {
    return context.executor().ticker().nanoTime();
  }

  /** The handler took too long. */
  private static final class LateException extends RuntimeException {
    LateException() {
      super("the handler took too long", null, false, false);
    }
  }
}
