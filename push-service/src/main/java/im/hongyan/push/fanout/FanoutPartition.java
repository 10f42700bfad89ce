package im.hongyan.push.fanout;

import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.MessageId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Notified;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.EditRejected;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.MessageChange;
import im.hongyan.model.event.SessionEvent.MessageModerated;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.SessionEvent.MessageRejected;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.ReadReported;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.RequestAnswered;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.outbox.Deliveries;
import im.hongyan.push.reading.ReadPositions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Owns the sessions of one partition: has each message given its place and stored, tells the
 * outboxes, and has changes decided in between. Belongs to the partition's thread.
 */
final class FanoutPartition {
  private final SessionPlaces places;
  private final Outboxes outboxes;
  private final MessageChanges changes;
  private final ReadReports reads;

  FanoutPartition(
      MessageStore store,
      ContentBson contents,
      Deliveries deliveries,
      Members membersNow,
      FanoutMetrics metrics,
      ReadPositions positions,
      MessageChangeRules rules,
      RequestAnswers answers,
      FanoutProperties properties) {
    this.places = new SessionPlaces(store, contents, membersNow, metrics, properties.maxSessions());
    this.outboxes = new Outboxes(deliveries, properties.confirmTimeout());
    this.changes = new MessageChanges(store, rules, answers, places, outboxes, metrics);
    this.reads = new ReadReports(positions, properties, outboxes::byPartition);
  }

  /** Forgets everything: another owner may have given places away. */
  void reset() {
    places.reset();
    reads.reset();
  }

  /**
   * Stores the messages of a batch and tells the outboxes; returns when both are durable. A recall
   * is decided on its own, when what came before it is done; how far members have read comes last.
   */
  void handle(List<SessionEvent> events) throws InterruptedException {
    SessionEvents.refuseWhatIsNotForHere(events);
    Map<MessageId, SessionEvent> batch = new LinkedHashMap<>();
    List<ReadReported> reports = new ArrayList<>();
    for (SessionEvent event : events) {
      switch (event) {
        case RecallRequested recall -> afterAllBefore(batch, recall);
        case EditModerated edit -> afterAllBefore(batch, edit);
        case ReactionRequested reaction -> afterAllBefore(batch, reaction);
        case ReadReported report -> reports.add(report);
        case MessageModerated moderated -> batch.putIfAbsent(SessionEvents.idOf(event), event);
        case MessageRejected rejected -> batch.putIfAbsent(SessionEvents.idOf(event), event);
        case EditRejected edit -> changes.refuse(edit);
        case SessionChanged changed -> batch.putIfAbsent(SessionEvents.idOf(event), event);
        case MessageReceived received -> throw SessionEvents.notForHere(event);
        case EditRequested edit -> throw SessionEvents.notForHere(event);
        case RequestAnswered answer -> throw SessionEvents.notForHere(event);
        case SessionEvent.Unknown unknown -> throw SessionEvents.notForHere(event);
      }
    }
    fanOut(batch);
    if (!reports.isEmpty()) {
      ReadReports.Advance advance = reads.store(reports, places.open(reports));
      outboxes.publish(advance.notices());
      reads.told(advance);
    }
  }

  private void afterAllBefore(Map<MessageId, SessionEvent> batch, MessageChange change)
      throws InterruptedException {
    fanOut(batch);
    batch.clear();
    changes.handle(change);
  }

  private void fanOut(Map<MessageId, SessionEvent> batch) throws InterruptedException {
    if (!batch.isEmpty()) {
      // Nearly always all is new, and the ids are the fence: looking first would cost every
      // message.
      List<Fanned> fanned = places.store(batch, Map.of());
      noteWhoCameIn(batch, fanned);
      outboxes.tell(fanned);
      tellVerdicts(batch.values());
    }
  }

  private void tellVerdicts(Collection<SessionEvent> batch) throws InterruptedException {
    List<Placed<ReceiverEvent>> verdicts = new ArrayList<>(0);
    for (SessionEvent event : batch) {
      if (event instanceof MessageRejected(MessageReceived message, String reason)) {
        UserId sender = message.sender();
        verdicts.add(
            new Placed<>(
                outboxes.partitionOf(sender),
                new Notified(List.of(sender), RejectionNotice.verdict(message))));
      }
    }
    outboxes.publish(verdicts);
  }

  private void noteWhoCameIn(Map<MessageId, SessionEvent> batch, List<Fanned> fanned) {
    Map<SessionChanged, Long> places = new LinkedHashMap<>();
    for (Fanned message : fanned) {
      if (batch.get(message.id()) instanceof SessionChanged change && !change.added().isEmpty()) {
        places.put(change, message.seq());
      }
    }
    reads.cameIn(places);
  }
}
