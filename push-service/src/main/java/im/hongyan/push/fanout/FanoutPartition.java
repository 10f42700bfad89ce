package im.hongyan.push.fanout;

import im.hongyan.amqp.PoisonEventException;
import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.model.event.ReceiverEvent.Notified;
import im.hongyan.model.event.ReceiverEvent.Recalled;
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
import im.hongyan.model.wire.Content;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.Decision;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.message.NewMessage;
import im.hongyan.push.message.Reaction;
import im.hongyan.push.message.StoredMessage;
import im.hongyan.push.outbox.Deliveries;
import im.hongyan.push.reading.ReadPositions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Owns the sessions of one partition: gives each message its place, stores it, tells the outboxes.
 * A batch costs one insert, whatever its size, and one look-up more if something in it was stored
 * before. Belongs to the partition's thread.
 */
final class FanoutPartition {
  /** A message that has its place, and who is told of it. */
  private record Fanned(
      MessageId id,
      SessionId session,
      long seq,
      UserId sender,
      Content content,
      int expire,
      long createdAt,
      List<UserId> receivers,
      List<UserId> leavers) {}

  private static final int MAX_ROUNDS = 5;

  private final MessageStore store;
  private final ContentBson contents;
  private final Deliveries deliveries;
  private final Members membersNow;
  private final FanoutMetrics metrics;
  private final Duration confirmTimeout;
  private final MessageChangeRules rules;
  private final RequestAnswers answers;
  private final ReadReports reads;
  private final Map<SessionId, SessionOrder> orders;

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
    this.store = store;
    this.contents = contents;
    this.deliveries = deliveries;
    this.membersNow = membersNow;
    this.metrics = metrics;
    this.rules = rules;
    this.answers = answers;
    this.confirmTimeout = properties.confirmTimeout();
    this.orders = LeastRecentlyUsed.map(properties.maxSessions());
    this.reads = new ReadReports(positions, properties, this::byPartition);
  }

  /** Forgets everything: another owner may have given places away. */
  void reset() {
    orders.clear();
    reads.reset();
  }

  /**
   * Stores the messages of a batch and tells the outboxes; returns when both are durable. A recall
   * is decided on its own, when what came before it is done; how far members have read comes last.
   */
  void handle(List<SessionEvent> events) throws InterruptedException {
    refuseWhatIsNotForHere(events);
    Map<MessageId, SessionEvent> batch = new LinkedHashMap<>();
    List<ReadReported> reports = new ArrayList<>();
    for (SessionEvent event : events) {
      switch (event) {
        case RecallRequested recall -> afterAllBefore(batch, recall);
        case EditModerated edit -> afterAllBefore(batch, edit);
        case ReactionRequested reaction -> afterAllBefore(batch, reaction);
        case ReadReported report -> reports.add(report);
        case MessageModerated moderated -> batch.putIfAbsent(idOf(event), event);
        case MessageRejected rejected -> batch.putIfAbsent(idOf(event), event);
        case EditRejected edit -> refuse(edit);
        case SessionChanged changed -> batch.putIfAbsent(idOf(event), event);
        case MessageReceived received -> throw notForHere(event);
        case EditRequested edit -> throw notForHere(event);
        case RequestAnswered answer -> throw notForHere(event);
        case SessionEvent.Unknown unknown -> throw notForHere(event);
      }
    }
    fanOut(batch);
    if (!reports.isEmpty()) {
      ReadReports.Advance advance = reads.store(reports, open(reports));
      await(deliveries.publishInOrder(advance.notices()));
      reads.told(advance);
    }
  }

  private void afterAllBefore(Map<MessageId, SessionEvent> batch, MessageChange change)
      throws InterruptedException {
    fanOut(batch);
    batch.clear();
    change(change);
  }

  private void fanOut(Map<MessageId, SessionEvent> batch) throws InterruptedException {
    if (!batch.isEmpty()) {
      // Nearly always all is new, and the ids are the fence: looking first would cost every
      // message.
      List<Fanned> fanned = store(batch, Map.of());
      noteWhoCameIn(batch, fanned);
      tell(fanned);
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
                deliveries.partitionOf(sender),
                new Notified(List.of(sender), RejectionNotice.verdict(message))));
      }
    }
    if (!verdicts.isEmpty()) {
      await(deliveries.publishInOrder(verdicts));
    }
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

  /** Stores what is not {@code known}, as far as is known yet. */
  private List<Fanned> store(
      Map<MessageId, SessionEvent> batch, Map<MessageId, StoredMessage> known) {
    List<Fanned> fanned = tryToStore(batch, known);
    for (int round = 1; fanned == null; round++) {
      fanned = tryToStore(batch, store.find(idsOf(batch)));
      if (fanned != null) {
        break;
      }
      // Somebody else still thinks that he owns the partition, or did so a moment ago.
      metrics.collided();
      if (round == MAX_ROUNDS) {
        throw HongyanException.unavailable(
            "fan-out: places of a session were taken %d times".formatted(round), null);
      }
    }
    return fanned;
  }

  /** Before anything is done for the others: they come again without it. */
  private static void refuseWhatIsNotForHere(List<SessionEvent> events) {
    for (int i = 0; i < events.size(); i++) {
      switch (events.get(i)) {
        case MessageModerated moderated -> {}
        case MessageRejected rejected -> {}
        case EditRejected edit -> {}
        case SessionChanged changed -> {}
        case RecallRequested recall -> {}
        case EditModerated edit -> {}
        case ReactionRequested reaction -> {}
        case ReadReported report -> {}
        // Nobody has judged them.
        case EditRequested edit ->
            throw new PoisonEventException(i, "edit_requested (expected: edit_moderated)");
        case MessageReceived received ->
            throw new PoisonEventException(i, "message_received (expected: message_moderated)");
        case RequestAnswered answer ->
            throw new PoisonEventException(i, "request_answered (expected: a request)");
        case SessionEvent.Unknown unknown ->
            throw new PoisonEventException(i, "an event that this version does not know");
      }
    }
  }

  /** The id of the message that an event becomes. */
  private static MessageId idOf(SessionEvent event) {
    return switch (event) {
      case MessageModerated moderated -> moderated.message().id();
      case MessageRejected rejected -> rejected.message().id();
      case EditRejected edit -> throw notForHere(edit);
      case SessionChanged changed -> ChangeNotice.id(changed);
      case RecallRequested recall -> MessageChangeNotice.id(recall);
      case EditModerated edit -> MessageChangeNotice.id(edit);
      case ReactionRequested reaction -> MessageChangeNotice.id(reaction);
      case EditRequested edit -> throw notForHere(edit);
      case ReadReported report -> throw notForHere(report);
      case MessageReceived received -> throw notForHere(received);
      case RequestAnswered answer -> throw notForHere(answer);
      case SessionEvent.Unknown unknown -> throw notForHere(unknown);
    };
  }

  /** All messages that matter to a batch: its own, and what is to be changed. */
  private static Set<MessageId> idsOf(Map<MessageId, SessionEvent> batch) {
    Set<MessageId> ids = new HashSet<>(batch.keySet());
    for (SessionEvent event : batch.values()) {
      if (event instanceof MessageChange change) {
        ids.add(change.message());
      }
    }
    return ids;
  }

  /** Decides about a change and carries it out; the answer goes out when that is durable. */
  private void change(MessageChange change) throws InterruptedException {
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
        tell(List.of(notice));
      }
      case ReactionRequested reaction -> {
        Fanned notice = placed(reaction, known);
        Reaction whose = new Reaction(reaction.actor(), reaction.reaction());
        store.react(message.id(), notice.seq(), whose, reaction.remove());
        tell(List.of(notice));
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
    return store(Map.of(idOf(change), change), known).getFirst();
  }

  /**
   * Gives places to what is not {@code known} and stores it.
   *
   * @return null when an id or a place was taken; the sessions of the batch are forgotten then
   */
  private @Nullable List<Fanned> tryToStore(
      Map<MessageId, SessionEvent> batch, Map<MessageId, StoredMessage> known) {
    Map<SessionId, SessionOrder> held = open(batch.values());
    List<NewMessage> fresh = new ArrayList<>(batch.size());
    List<Fanned> fanned = new ArrayList<>(batch.size());
    // Places are given away in memory first; when storing fails they must be forgotten.
    boolean stored = false;
    try {
      for (Map.Entry<MessageId, SessionEvent> arrived : batch.entrySet()) {
        StoredMessage before = known.get(arrived.getKey());
        fanned.add(
            switch (arrived.getValue()) {
              case MessageModerated moderated ->
                  before == null
                      ? place(moderated.message(), moderated.deal(), held, fresh)
                      : again(before, held);
              case MessageRejected rejected ->
                  before == null ? placeRejected(rejected, held, fresh) : again(before, held);
              case EditRejected edit -> throw notForHere(edit);
              case SessionChanged changed -> placeNotice(changed, before, held, fresh);
              case RecallRequested recall -> placeChange(recall, known, before, held, fresh);
              case EditModerated edit -> placeChange(edit, known, before, held, fresh);
              case ReactionRequested reaction -> placeChange(reaction, known, before, held, fresh);
              case EditRequested edit -> throw notForHere(edit);
              case ReadReported report -> throw notForHere(report);
              case MessageReceived received -> throw notForHere(received);
              case RequestAnswered answer -> throw notForHere(answer);
              case SessionEvent.Unknown unknown -> throw notForHere(unknown);
            });
      }
      stored = fresh.isEmpty() || store.insert(fresh);
    } finally {
      if (!stored) {
        orders.keySet().removeAll(held.keySet());
      }
    }
    if (!stored) {
      return null;
    }
    metrics.stored(fresh.size(), batch.size() - fresh.size());
    return fanned;
  }

  private static IllegalStateException notForHere(SessionEvent event) {
    return new IllegalStateException("fan-out: " + event.getClass() + " was let in");
  }

  /** The orders of all sessions of the batch; those that are not in memory are read. */
  private Map<SessionId, SessionOrder> open(Collection<? extends SessionEvent> batch) {
    Map<SessionId, SessionOrder> held = new HashMap<>();
    Set<SessionId> missing = new HashSet<>();
    for (SessionEvent event : batch) {
      SessionId session = event.session();
      SessionOrder order = session == null ? null : orders.get(session);
      if (order != null && session != null) {
        held.put(session, order);
      } else if (session != null) {
        missing.add(session);
      }
    }
    if (!missing.isEmpty()) {
      Map<SessionId, StoredMessage> last = store.last(missing);
      for (SessionId session : missing) {
        SessionOrder order = read(session, last.get(session), batch);
        orders.put(session, order);
        held.put(session, order);
      }
    }
    return held;
  }

  private SessionOrder read(
      SessionId session, @Nullable StoredMessage last, Collection<? extends SessionEvent> batch) {
    if (last == null) {
      // A session's first event tells its members; asking is for those that are older than that.
      boolean told =
          batch.stream()
              .filter(event -> session.equals(event.session()))
              .findFirst()
              .filter(SessionChanged.class::isInstance)
              .isPresent();
      return new SessionOrder(0, 0, 0, told ? List.of() : membersNow.now(session));
    }
    StoredMessage notice = noticeOf(last);
    return notice == null
        ? new SessionOrder(last.seq(), 0, 0, membersNow.now(session))
        : new SessionOrder(last.seq(), notice.seq(), notice.version(), notice.members());
  }

  /** The message that told who the members were when {@code message} got its place. */
  private @Nullable StoredMessage noticeOf(StoredMessage message) {
    if (message.notice() == 0) {
      return null;
    }
    return message.notice() == message.seq()
        ? message
        : store.at(message.session(), message.notice()).orElse(null);
  }

  private Fanned place(
      MessageReceived message,
      @Nullable Content deal,
      Map<SessionId, SessionOrder> held,
      List<NewMessage> fresh) {
    SessionOrder order = orderOf(message.session(), held);
    NewMessage placed =
        new NewMessage(
            message.id(),
            message.session(),
            order.nextSeq(),
            message.sender(),
            message.clientMsgId(),
            message.content(),
            deal,
            message.expire(),
            message.createdAt(),
            order.notice(),
            List.of(),
            0,
            null);
    fresh.add(placed);
    return fanned(placed, receivers(order.members(), message.sender()), List.of());
  }

  /** It was accepted, so it keeps its place; but its sender alone gets anything, the verdict. */
  private Fanned placeRejected(
      MessageRejected rejected, Map<SessionId, SessionOrder> held, List<NewMessage> fresh) {
    MessageReceived message = rejected.message();
    SessionOrder order = orderOf(message.session(), held);
    NewMessage placed =
        new NewMessage(
            message.id(),
            message.session(),
            order.nextSeq(),
            message.sender(),
            message.clientMsgId(),
            message.content(),
            RejectionNotice.content(message),
            0,
            message.createdAt(),
            order.notice(),
            List.of(),
            0,
            rejected.reason());
    fresh.add(placed);
    return fanned(placed, List.of(message.sender()), List.of());
  }

  private void refuse(EditRejected rejected) {
    EditRequested edit = rejected.edit();
    answers.tell(
        new RequestAnswered(
            edit.session(), edit.request(), ErrorCode.REJECTED, RejectionNotice.REASON));
  }

  private Fanned placeNotice(
      SessionChanged change,
      @Nullable StoredMessage before,
      Map<SessionId, SessionOrder> held,
      List<NewMessage> fresh) {
    SessionOrder order = orderOf(change.after().id(), held);
    long seq = before == null ? order.nextSeq() : before.seq();
    order.changed(seq, change.after().version(), change.after().members());
    NewMessage notice =
        new NewMessage(
            ChangeNotice.id(change),
            change.after().id(),
            seq,
            change.actor(),
            null,
            ChangeNotice.content(change),
            null,
            0,
            before == null ? change.at() : before.createdAt(),
            order.notice(),
            change.after().members(),
            change.after().version(),
            null);
    if (before == null) {
      fresh.add(notice);
    }
    return fanned(notice, ChangeNotice.receivers(change), ChangeNotice.leavers(change));
  }

  /** Unlike a message, it goes to whoever caused it as well: he may have other devices. */
  private Fanned placeChange(
      MessageChange change,
      Map<MessageId, StoredMessage> known,
      @Nullable StoredMessage before,
      Map<SessionId, SessionOrder> held,
      List<NewMessage> fresh) {
    StoredMessage changed = known.get(change.message());
    if (changed == null) {
      throw new IllegalStateException("fan-out: message " + change.message() + " is gone");
    }
    SessionOrder order = orderOf(change.session(), held);
    if (before != null) {
      return again(before, membersAt(before, order));
    }
    NewMessage notice =
        new NewMessage(
            MessageChangeNotice.id(change),
            change.session(),
            order.nextSeq(),
            change.actor(),
            null,
            MessageChangeNotice.content(change, changed, contents),
            null,
            0,
            change.at(),
            order.notice(),
            List.of(),
            0,
            null);
    fresh.add(notice);
    return fanned(notice, order.members(), List.of());
  }

  /** A message that was stored before goes out again as it is: outboxes drop the copies. */
  private Fanned again(StoredMessage before, Map<SessionId, SessionOrder> held) {
    if (before.rejected()) {
      return again(before, List.of(before.sender()));
    }
    List<UserId> members = membersAt(before, orderOf(before.session(), held));
    return again(before, receivers(members, before.sender()));
  }

  /** Who the members were when {@code message} got its place. */
  private List<UserId> membersAt(StoredMessage message, SessionOrder order) {
    if (message.notice() == order.notice()) {
      return order.members();
    }
    StoredMessage notice = noticeOf(message);
    return notice == null ? membersNow.now(message.session()) : notice.members();
  }

  private Fanned again(StoredMessage before, List<UserId> receivers) {
    return new Fanned(
        before.id(),
        before.session(),
        before.seq(),
        before.sender(),
        contents.fromJson(before.content().utf8()),
        before.expire(),
        before.createdAt(),
        receivers,
        List.of());
  }

  private SessionOrder opened(SessionId session) {
    return orderOf(session, orders);
  }

  private static SessionOrder orderOf(SessionId session, Map<SessionId, SessionOrder> held) {
    SessionOrder order = held.get(session);
    if (order == null) {
      throw new IllegalStateException("session " + session + " was not opened");
    }
    return order;
  }

  private static Fanned fanned(NewMessage message, List<UserId> receivers, List<UserId> leavers) {
    return new Fanned(
        message.id(),
        message.session(),
        message.seq(),
        message.sender(),
        message.dealt(),
        message.expire(),
        message.createdAt(),
        receivers,
        leavers);
  }

  /** The one place that says who gets a message: all members but its sender. */
  private static List<UserId> receivers(List<UserId> members, UserId sender) {
    return members.stream().filter(member -> !member.equals(sender)).toList();
  }

  /** One event for each message and partition that has receivers of it. */
  private void tell(List<Fanned> messages) throws InterruptedException {
    List<Placed<ReceiverEvent>> events = new ArrayList<>(messages.size());
    for (Fanned message : messages) {
      byPartition(message.receivers())
          .forEach(
              (partition, receivers) ->
                  events.add(new Placed<>(partition, deliver(message, receivers))));
    }
    await(deliveries.publishInOrder(events));
  }

  /**
   * One event for each partition that has the recalled message or somebody to tell, and one for
   * each that has the message of an edit of it.
   */
  private void tellRecall(StoredMessage recalled, Fanned notice) throws InterruptedException {
    SessionOrder order = opened(recalled.session());
    List<Placed<ReceiverEvent>> events = new ArrayList<>();
    for (StoredMessage edit : store.find(recalled.edits()).values()) {
      byPartition(membersAt(edit, order))
          .forEach(
              (partition, holders) ->
                  events.add(
                      new Placed<>(
                          partition,
                          new Recalled(edit.id(), holders, deliver(notice, List.of())))));
    }
    Map<Integer, List<UserId>> holders =
        byPartition(receivers(membersAt(recalled, order), recalled.sender()));
    Map<Integer, List<UserId>> told = byPartition(notice.receivers());
    Set<Integer> partitions = new TreeSet<>(holders.keySet());
    partitions.addAll(told.keySet());
    for (int partition : partitions) {
      Deliver telling = deliver(notice, told.getOrDefault(partition, List.of()));
      List<UserId> having = holders.getOrDefault(partition, List.of());
      events.add(new Placed<>(partition, new Recalled(recalled.id(), having, telling)));
    }
    await(deliveries.publishInOrder(events));
  }

  private Map<Integer, List<UserId>> byPartition(List<UserId> receivers) {
    Map<Integer, List<UserId>> byPartition = new TreeMap<>();
    for (UserId receiver : receivers) {
      byPartition
          .computeIfAbsent(deliveries.partitionOf(receiver), partition -> new ArrayList<>())
          .add(receiver);
    }
    return byPartition;
  }

  /** At the first failure or when it takes too long, nothing further is sent. */
  private void await(CompletableFuture<@Nullable Void> confirmed) throws InterruptedException {
    try {
      confirmed.get(confirmTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw HongyanException.unavailable("fan-out: the outboxes were not told", e.getCause());
    } catch (TimeoutException e) {
      throw HongyanException.unavailable(
          "fan-out: no confirm within %s".formatted(confirmTimeout), e);
    } finally {
      confirmed.cancel(false);
    }
  }

  private static Deliver deliver(Fanned message, List<UserId> receivers) {
    List<UserId> leavers = new ArrayList<>(message.leavers());
    leavers.retainAll(receivers);
    return new Deliver(
        message.id(),
        message.session(),
        message.seq(),
        message.sender(),
        message.content(),
        message.expire(),
        message.createdAt(),
        receivers,
        leavers);
  }
}
