package im.hongyan.ingest.inbound;

import im.hongyan.ingest.command.Transport;
import im.hongyan.ingest.reply.Replies;
import im.hongyan.ingest.routing.CommandRouter;
import im.hongyan.model.ErrorCode;
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
import org.springframework.context.SmartLifecycle;

/**
 * The MQTT edge. A message is acknowledged when its effect is durable and its reply is on the way;
 * refusals, UNAVAILABLE included, are answers too: the client has been told and sends again. Only
 * where nothing was done and the client could not be told either does the broker keep the message.
 */
final class MqttInbound implements InboundHandler, SmartLifecycle {
  private static final CompletionStage<?> DONE = CompletableFuture.completedFuture(null);

  private final InboundLink link;
  private final CommandRouter router;
  private final Replies replies;
  private final Counter strayTopics;
  private volatile boolean running;

  MqttInbound(InboundLink link, CommandRouter router, Replies replies, MeterRegistry meters) {
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
        .thenCompose(reply -> handOver(sender.get(), reply));
  }

  private CompletionStage<?> handOver(UserId sender, Optional<Reply> reply) {
    if (reply.isEmpty()) {
      return DONE;
    }
    CompletionStage<?> taken = replies.send(sender, reply.get());
    return reply.get().errcode() == ErrorCode.UNAVAILABLE ? taken : DONE;
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
