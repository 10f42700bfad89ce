package im.hongyan.moderation.stream;

import im.hongyan.amqp.PartitionHandler;
import im.hongyan.amqp.Partitioner;
import im.hongyan.amqp.PoisonEventException;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.EditRejected;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.MessageModerated;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.SessionEvent.MessageRejected;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.ReadReported;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.RequestAnswered;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.Content;
import im.hongyan.moderation.verdict.ContentModerator;
import im.hongyan.moderation.verdict.Verdict;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Takes batches of what was received and publishes what may be delivered, each session's events in
 * their order. A batch is published together and awaited together; only then is it done. Where one
 * fails nothing behind it goes out, and the whole batch comes again: whoever stores messages drops
 * copies by their id. An event of a later version cannot be passed on, since what it says was not
 * read: it goes to the dead queue as it came, from where it can be put back. Holding for a human
 * comes with the providers that ask for it; until then such a verdict puts the message into the
 * dead queue, where an operator finds it.
 */
final class ModerationStage implements PartitionHandler<SessionEvent> {
  private final ContentModerator moderator;
  private final StreamPublisher<SessionEvent> moderated;
  private final Partitioner partitioner;
  private final StageMeters meters;

  ModerationStage(
      ContentModerator moderator,
      StreamPublisher<SessionEvent> moderated,
      Partitioner partitioner,
      MeterRegistry meters) {
    this.moderator = moderator;
    this.moderated = moderated;
    this.partitioner = partitioner;
    this.meters = new StageMeters(meters);
  }

  @Override
  public void handle(int partition, List<SessionEvent> events) throws InterruptedException {
    // All verdicts before the first event goes out: a poisoned batch comes again as a whole.
    List<Placed<SessionEvent>> results = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      switch (events.get(i)) {
        case MessageReceived message -> results.add(placed(judge(i, message)));
        case SessionChanged change -> results.add(placed(change));
        case RecallRequested recall -> results.add(placed(recall));
        case ReactionRequested reaction -> results.add(placed(reaction));
        case EditRequested edit -> results.add(placed(judge(i, edit)));
        case MessageRejected message ->
            throw new PoisonEventException(i, "message_rejected (expected: message_received)");
        case EditRejected edit ->
            throw new PoisonEventException(i, "edit_rejected (expected: edit_requested)");
        case EditModerated edit ->
            throw new PoisonEventException(i, "edit_moderated (expected: edit_requested)");
        case MessageModerated message ->
            throw new PoisonEventException(i, "message_moderated (expected: message_received)");
        case ReadReported report ->
            throw new PoisonEventException(i, "read_reported (expected: in the stream behind)");
        case RequestAnswered answer ->
            throw new PoisonEventException(i, "request_answered (expected: a request)");
        case SessionEvent.Unknown unknown -> {
          meters.unknown().increment();
          throw new PoisonEventException(i, "an event that this version does not know");
        }
      }
    }
    await(moderated.publishInOrder(results));
  }

  private SessionEvent judge(int index, MessageReceived message) {
    Verdict verdict = verdict(message.content());
    return switch (verdict) {
      case Verdict.Pass pass -> new MessageModerated(message, null);
      case Verdict.Mask mask -> new MessageModerated(message, mask.deal());
      case Verdict.Reject reject -> new MessageRejected(message, reject.reason());
      case Verdict.Review review -> throw new PoisonEventException(index, told(review.reason()));
    };
  }

  private SessionEvent judge(int index, EditRequested edit) {
    Verdict verdict = verdict(edit.content());
    return switch (verdict) {
      case Verdict.Pass pass -> new EditModerated(edit, null);
      case Verdict.Mask mask -> new EditModerated(edit, mask.deal());
      case Verdict.Reject reject -> new EditRejected(edit, reject.reason());
      case Verdict.Review review -> throw new PoisonEventException(index, told(review.reason()));
    };
  }

  private Verdict verdict(Content content) {
    Verdict verdict = moderator.moderate(content);
    meters.of(verdict).increment();
    return verdict;
  }

  private static String told(String reason) {
    return "moderation does not let it pass: " + reason;
  }

  private Placed<SessionEvent> placed(SessionEvent event) {
    var session = event.session();
    if (session == null) {
      throw new IllegalArgumentException("session: missing (expected: that of the event)");
    }
    return new Placed<>(partitioner.partitionOf(session.value()), event);
  }

  /** On the partition's own thread, which is there to wait. */
  private static void await(CompletableFuture<@Nullable Void> confirmed)
      throws InterruptedException {
    try {
      confirmed.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException expected
          ? expected
          : new CompletionException(e.getCause());
    } finally {
      // Interrupted, nobody waits any more: what has not been sent must not go out by itself.
      confirmed.cancel(false);
    }
  }
}
