package im.hongyan.ingest.inbound;

import im.hongyan.ingest.command.Transport;
import im.hongyan.ingest.reply.Replies;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Reply;
import im.hongyan.mqtt.InboundHandler;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.InboundMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * The MQTT edge. A message is acknowledged when its effect is durable and its reply is on the way.
 * A refusal is an answer too: the client has been told. Where a message was not kept although it
 * may be another time (UNAVAILABLE, FAILED), it depends on whom the acknowledgement goes to:
 *
 * <ul>
 *   <li>To the client itself, where the broker runs in this process: he is told by his reply, and
 *       by a publish that is not acknowledged, that his {@code msg_send} or {@code msg_recv} is not
 *       durable. Other commands are not worth cutting off a client of MQTT 3.1.1, which has no
 *       other way to say no.
 *   <li>To a broker that has long acknowledged it to the client: it keeps the message only where
 *       the client could not be told. What he is told of, he sends again himself.
 * </ul>
 */
final class MqttInbound implements InboundHandler, SmartLifecycle {
  private static final CompletionStage<?> DONE = CompletableFuture.completedFuture(null);

  private final InboundLink link;
  private final Route router;
  private final Replies replies;
  private final Counter strayTopics;
  private volatile boolean running;

  /** Where messages go: {@code CommandRouter.route}. */
  @FunctionalInterface
  interface Route {
    CompletableFuture<Optional<Reply>> route(
        UserId sender, Transport transport, @Nullable String clientId, byte[] message);
  }

  MqttInbound(InboundLink link, Route router, Replies replies, MeterRegistry meters) {
    this.link = link;
    this.router = router;
    this.replies = replies;
    this.strayTopics =
        Counter.builder("hongyan.ingest.stray.topics")
            .description("messages on topics that are no user's")
            .register(meters);
  }

  @Override
  public CompletionStage<?> onMessage(InboundMessage message) {
    Optional<UserId> sender = Topics.senderOf(message.topic());
    if (sender.isEmpty()) {
      strayTopics.increment();
      return DONE;
    }
    return router
        .route(sender.get(), Transport.MQTT, message.clientId(), message.payload())
        .thenCompose(reply -> handOver(sender.get(), reply, message.clientId()));
  }

  private CompletionStage<?> handOver(
      UserId sender, Optional<Reply> reply, @Nullable String clientId) {
    return reply.isEmpty() ? DONE : tell(sender, reply.get(), clientId);
  }

  private CompletionStage<?> tell(UserId sender, Reply reply, @Nullable String clientId) {
    CompletionStage<?> told = replies.send(sender, reply);
    if (reply.errcode() != ErrorCode.UNAVAILABLE && reply.errcode() != ErrorCode.FAILED) {
      return DONE;
    }
    if (clientId == null || !isAboutAMessage(reply)) {
      return told;
    }
    return told.thenCompose(
        done ->
            CompletableFuture.failedFuture(
                new HongyanException(reply.errcode(), "not kept; the client has been told")));
  }

  private static boolean isAboutAMessage(Reply reply) {
    return reply.clientMsgId() != null || reply.deliveryId() != null;
  }

  @Override
  public void start() {
    link.start(this);
    running = true;
  }

  /** The first to stop: what comes in after this is not acknowledged and stays with the broker. */
  @Override
  public void stop() {
    running = false;
    link.close();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
