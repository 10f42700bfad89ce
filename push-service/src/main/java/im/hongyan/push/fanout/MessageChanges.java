package im.hongyan.push.fanout;

import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.model.event.ReceiverEvent.Recalled;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.EditRejected;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.MessageChange;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.RequestAnswered;
import im.hongyan.push.message.Decision;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.message.Reaction;
import im.hongyan.push.message.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides about recalls, edits and reactions in the order of the session and carries them out. Who
 * asked is answered when what was decided is durable. Belongs to the partition's thread.
 */
final class MessageChanges {
  private final MessageStore store;
  private final MessageChangeRules rules;
  private final RequestAnswers answers;
  private final SessionPlaces places;
  private final Outboxes outboxes;
  private final FanoutMetrics metrics;

  MessageChanges(
      MessageStore store,
      MessageChangeRules rules,
      RequestAnswers answers,
      SessionPlaces places,
      Outboxes outboxes,
      FanoutMetrics metrics) {
    this.store = store;
    this.rules = rules;
    this.answers = answers;
    this.places = places;
    this.outboxes = outboxes;
    this.metrics = metrics;
  }

  /** Decides about a change and carries it out; the answer goes out when that is durable. */
  void handle(MessageChange change) throws InterruptedException {
    MessageId noticeId = MessageChangeNotice.id(change);
    Map<MessageId, StoredMessage> known = store.find(Set.of(noticeId, change.message()));
    StoredMessage message = known.get(change.message());
    if (message != null && !(change instanceof RecallRequested)) {
      // It comes again: what has come later must not be looked at.
      if (known.containsKey(noticeId)) {
        carryOut(change, message, known);
        answer(change, ErrorCode.OK, null);
        return;
      }
      Optional<ErrorCode> decided = decisionAbout(change, message);
      if (decided.isPresent()) {
        answer(change, decided.get(), decided.get().name());
        return;
      }
    }
    Optional<HongyanException> refusal = rules.refusalOf(change, message);
    ErrorCode errcode = refusal.map(HongyanException::code).orElse(ErrorCode.OK);
    if (message != null) {
      if (refusal.isEmpty() && !rules.isDone(change, message)) {
        carryOut(change, message, known);
      } else if (!(change instanceof RecallRequested) && errcode != ErrorCode.NOT_FOUND) {
        store.decided(message.id(), new Decision(change.request(), errcode));
      }
    }
    answer(change, errcode, refusal.map(HongyanException::getMessage).orElse(null));
  }

  /** Tells who asked that the moderation refused it. */
  void refuse(EditRejected rejected) {
    EditRequested edit = rejected.edit();
    answers.tell(
        new RequestAnswered(
            edit.session(), edit.request(), ErrorCode.REJECTED, RejectionNotice.REASON));
  }

  private static Optional<ErrorCode> decisionAbout(MessageChange change, StoredMessage message) {
    return message.decisions().stream()
        .filter(decision -> decision.request().equals(change.request()))
        .map(Decision::errcode)
        .findFirst();
  }

  private void answer(MessageChange change, ErrorCode errcode, @Nullable String errmsg) {
    answers.tell(
        new RequestAnswered(
            change.session(), change.request(), errcode, errcode == ErrorCode.OK ? null : errmsg));
  }

  private void carryOut(
      MessageChange change, StoredMessage message, Map<MessageId, StoredMessage> known)
      throws InterruptedException {
    switch (change) {
      case RecallRequested recall -> recall(recall, message, known);
      case EditModerated edit -> {
        Fanned notice = placed(edit, known);
        store.edit(
            message.id(), notice.id(), notice.seq(), edit.edit().content(), edit.deal(), edit.at());
        outboxes.tell(List.of(notice));
      }
      case ReactionRequested reaction -> {
        Fanned notice = placed(reaction, known);
        Reaction whose = new Reaction(reaction.actor(), reaction.reaction());
        store.react(message.id(), notice.seq(), whose, reaction.remove());
        outboxes.tell(List.of(notice));
      }
    }
  }

  private void recall(
      RecallRequested recall, StoredMessage message, Map<MessageId, StoredMessage> known)
      throws InterruptedException {
    // From here on nobody reads it, or what it said since, whatever becomes of the rest meanwhile.
    List<MessageId> all = new ArrayList<>(message.edits());
    all.add(message.id());
    store.recall(all);
    tellRecall(message, placed(recall, known));
    metrics.recalled();
  }

  /** The notice of a change, stored in its place. */
  private Fanned placed(SessionEvent change, Map<MessageId, StoredMessage> known) {
    return places.store(Map.of(SessionEvents.idOf(change), change), known).getFirst();
  }

  /**
   * One event for each partition that has the recalled message or somebody to tell, and one for
   * each that has the message of an edit of it.
   */
  private void tellRecall(StoredMessage recalled, Fanned notice) throws InterruptedException {
    List<Placed<ReceiverEvent>> events = new ArrayList<>();
    for (StoredMessage edit : store.find(recalled.edits()).values()) {
      outboxes
          .byPartition(places.membersAt(edit))
          .forEach(
              (partition, holders) ->
                  events.add(
                      new Placed<>(
                          partition, new Recalled(edit.id(), holders, notice.to(List.of())))));
    }
    Map<Integer, List<UserId>> holders =
        outboxes.byPartition(
            SessionPlaces.receivers(places.membersAt(recalled), recalled.sender()));
    Map<Integer, List<UserId>> told = outboxes.byPartition(notice.receivers());
    Set<Integer> partitions = new TreeSet<>(holders.keySet());
    partitions.addAll(told.keySet());
    for (int partition : partitions) {
      Deliver telling = notice.to(told.getOrDefault(partition, List.of()));
      List<UserId> having = holders.getOrDefault(partition, List.of());
      events.add(new Placed<>(partition, new Recalled(recalled.id(), having, telling)));
    }
    outboxes.publish(events);
  }
}
