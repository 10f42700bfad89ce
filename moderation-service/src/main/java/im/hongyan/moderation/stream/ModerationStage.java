package im.hongyan.moderation.stream;

import im.hongyan.amqp.PartitionHandler;
import im.hongyan.amqp.PoisonEventException;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.model.HongyanException;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.MessageModerated;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.moderation.verdict.ContentModerator;
import im.hongyan.moderation.verdict.Verdict;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Takes batches of what was received and publishes what may be delivered, each session's events in
 * their order. A batch is published together and its confirms are awaited together; only then is it
 * done. Where one fails the whole batch comes again: whoever stores messages drops copies by their
 * id. Rejecting and holding for a human come with the providers that ask for it; until then such a
 * verdict puts the message into the dead queue, where an operator finds it.
 */
final class ModerationStage implements PartitionHandler<SessionEvent> {
  private final ContentModerator moderator;
  private final StreamPublisher<SessionEvent> moderated;
  private final MeterRegistry meters;

  ModerationStage(
      ContentModerator moderator, StreamPublisher<SessionEvent> moderated, MeterRegistry meters) {
    this.moderator = moderator;
    this.moderated = moderated;
    this.meters = meters;
  }

  @Override
  public void handle(int partition, List<SessionEvent> events) {
    // All verdicts before the first event goes out: a poisoned batch comes again as a whole.
    List<SessionEvent> results = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      switch (events.get(i)) {
        case MessageReceived message -> results.add(judge(i, message));
        case SessionChanged change -> results.add(change);
        case MessageModerated message ->
            throw new PoisonEventException(i, "message_moderated (expected: message_received)");
        // A later version's event cannot be passed on: what it says was not read.
        case SessionEvent.Unknown unknown ->
            meters.counter("hongyan.moderation.events.unknown").increment();
      }
    }
    await(results.stream().map(this::publish).toList());
  }

  private SessionEvent judge(int index, MessageReceived message) {
    Verdict verdict = moderator.moderate(message.content());
    meters.counter("hongyan.moderation.verdicts", "verdict", verdict.name()).increment();
    return switch (verdict) {
      case Verdict.Pass pass -> new MessageModerated(message, null);
      case Verdict.Mask mask -> new MessageModerated(message, mask.deal());
      case Verdict.Reject reject -> throw new PoisonEventException(index, told(reject.reason()));
      case Verdict.Review review -> throw new PoisonEventException(index, told(review.reason()));
    };
  }

  private static String told(String reason) {
    return "moderation does not let it pass: " + reason;
  }

  private CompletableFuture<@Nullable Void> publish(SessionEvent event) {
    var session = event.session();
    if (session == null) {
      throw new IllegalArgumentException("session: missing (expected: that of the event)");
    }
    return moderated.publish(session.value(), event);
  }

  /** On the partition's own thread, which is there to wait. */
  private static void await(List<CompletableFuture<@Nullable Void>> confirms) {
    try {
      CompletableFuture.allOf(confirms.toArray(CompletableFuture<?>[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof HongyanException expected ? expected : e;
    }
  }
}
