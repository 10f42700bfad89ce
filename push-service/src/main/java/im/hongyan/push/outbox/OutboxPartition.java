package im.hongyan.push.outbox;

import static im.hongyan.push.outbox.EntryPlacement.leaversOf;

import im.hongyan.amqp.PoisonEventException;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Acknowledged;
import im.hongyan.model.event.ReceiverEvent.Connected;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.model.event.ReceiverEvent.Disconnected;
import im.hongyan.model.event.ReceiverEvent.Notified;
import im.hongyan.model.event.ReceiverEvent.Recalled;
import im.hongyan.model.event.ReceiverEvent.TakenOver;
import im.hongyan.push.outbox.EntryPlacement.Draft;
import im.hongyan.push.outbox.EntryPlacement.Drafts;
import im.hongyan.push.outbox.OutboxStore.NewEntry;
import im.hongyan.push.pushing.EncodedPush;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Owns the outboxes of one partition: carries out what they decide, in batches. First a batch's
 * entries are stored, with one command; then each outbox is told what happened, in the order of the
 * events, and publishes at once; then acknowledgements and other marks are stored, with one command
 * of a kind; then backlogs are read, side by side. Whatever fails makes the whole batch come again,
 * which all of it allows.
 *
 * <p>Belongs to the partition's thread.
 */
final class OutboxPartition {
  private final int partition;
  private final OutboxTools tools;
  private final HeldReceivers receivers;
  private final ReceiverLink link;
  private final EntryPlacement placement;
  private final RecalledEntries recalls;
  private final DeliveredLately lately = new DeliveredLately();
  private final Round.Parts parts;
  private final Takeover takeover;
  private final ExpirySweep sweep;

  OutboxPartition(int partition, OutboxTools tools) {
    this.partition = partition;
    this.tools = tools;
    this.receivers = new HeldReceivers(tools);
    this.link = new ReceiverLink(tools);
    this.placement = new EntryPlacement(tools, receivers);
    this.recalls = new RecalledEntries(tools, receivers);
    this.parts = new Round.Parts(receivers, link, lately, new BacklogReader(tools));
    this.takeover = new Takeover(partition, tools, receivers);
    this.sweep = new ExpirySweep(partition, tools);
  }

  /**
   * Forgets everything, for somebody else may have owned the partition. Whoever owns it now is sent
   * an event that tells him so: he looks for receivers who wait.
   */
  void reset() {
    receivers.clear();
    link.clear();
    lately.clear();
    tools.metrics().holdsNothing(partition);
    takeover.reset();
  }

  /** Handles events in order; returns when their effects are durable. */
  void handle(List<ReceiverEvent> events) {
    takeover.eventsHaveCome();
    refuseUnknown(events);
    link.noticeLostPublishes(receivers);
    List<ReceiverEvent> chunk = new ArrayList<>(events.size());
    int entries = 0;
    for (ReceiverEvent event : events) {
      // What was sent before somebody left must be in the store when his unsent is dropped; and
      // what is recalled must be in the store and in its outbox.
      boolean alone = !leaversOf(event).isEmpty() || event instanceof Recalled;
      if (alone || entries >= tools.properties().maxBatch()) {
        handleChunk(chunk);
        chunk.clear();
        entries = 0;
      }
      chunk.add(event);
      if (event instanceof Deliver deliver) {
        entries += deliver.receivers().size();
      }
      if (alone) {
        handleChunk(chunk);
        chunk.clear();
        entries = 0;
      }
    }
    handleChunk(chunk);
  }

  /** Before anything is done for the others: they come again without it. */
  private static void refuseUnknown(List<ReceiverEvent> events) {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof ReceiverEvent.Unknown) {
        throw new PoisonEventException(i, "an event that this version does not know");
      }
    }
  }

  private void handleChunk(List<ReceiverEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    if (events.getFirst() instanceof Recalled recalled) {
      handle(recalled);
      return;
    }
    Set<UserId> heardOf = newlyHeardOf(events);
    Set<UserId> concerned = receiversOf(events);
    concerned.addAll(heardOf);
    receivers.open(concerned);
    placement.dropWhatLeaversHaveNotGot(events.getFirst());
    Drafts drafts = placement.draft(events);
    placement.storeInOrder(drafts.all());
    try (Round round = new Round(tools, parts)) {
      // Also when the notice comes again: what was dropped may still be in a window.
      for (UserId leaver : leaversOf(events.getFirst())) {
        Held held = receivers.held(leaver);
        round.run(held, held.outbox().restart(tools.now()));
      }
      for (int i = 0; i < events.size(); i++) {
        tell(events.get(i), drafts.ofEvent().get(i), round);
      }
      for (UserId user : heardOf) {
        Held held = receivers.held(user);
        if (held.outbox().isOnline()) {
          round.run(held, held.outbox().storedBefore(0));
        }
      }
      round.finish();
    }
  }

  private void handle(Recalled recalled) {
    receivers.open(recalled.notice().receivers());
    Deliver notice = recalls.recallUnseen(recalled);
    Drafts drafts = placement.draft(List.of(notice));
    placement.storeInOrder(drafts.all());
    recalls.recallRest(recalled);
    try (Round round = new Round(tools, parts)) {
      for (UserId holder : recalled.holders()) {
        Held held = receivers.find(holder);
        if (held != null) {
          DeliveryId entry = DeliveryId.of(recalled.message(), holder);
          round.run(held, held.outbox().recalled(entry, tools.now()));
        }
      }
      tell(notice, drafts.all(), round);
      round.finish();
    }
  }

  /**
   * Who acknowledges may wait for more, which nobody would send while he is not in memory. He need
   * not be there: those who only poll acknowledge as well.
   */
  private Set<UserId> newlyHeardOf(List<ReceiverEvent> events) {
    Set<UserId> heardOf = new HashSet<>();
    for (ReceiverEvent event : events) {
      if (event instanceof Acknowledged acknowledged
          && !receivers.contains(acknowledged.receiver())) {
        heardOf.add(acknowledged.receiver());
      }
    }
    return heardOf;
  }

  private static Set<UserId> receiversOf(List<ReceiverEvent> events) {
    Set<UserId> users = new HashSet<>();
    for (ReceiverEvent event : events) {
      switch (event) {
        case Deliver deliver -> users.addAll(deliver.receivers());
        case Connected connected -> users.add(connected.receiver());
        case Recalled recalled -> users.addAll(recalled.notice().receivers());
        case Notified notified -> {}
        case Acknowledged acknowledged -> {}
        case Disconnected disconnected -> {}
        case TakenOver takenOver -> {}
        case ReceiverEvent.Unknown unknown -> {}
      }
    }
    return users;
  }

  private void tell(ReceiverEvent event, List<Draft> drafts, Round round) {
    switch (event) {
      case Deliver deliver -> drafts.forEach(draft -> tellStored(draft, round));
      case Connected connected -> {
        Held held = receivers.held(connected.receiver());
        receivers.presenceIsKnown(held.user());
        link.startAfresh(held.user());
        if (connected.reply() != null) {
          link.reply(held.user(), tools.codec().write(connected.reply()));
        }
        round.run(held, held.outbox().connected(tools.now()));
      }
      case Disconnected disconnected -> {
        Held held = receivers.find(disconnected.receiver());
        if (held != null) {
          receivers.presenceIsKnown(held.user());
          link.forgetReply(held.user());
          held.outbox().disconnected();
        }
      }
      case Acknowledged acknowledged -> {
        if (!lately.covers(acknowledged)) {
          Held held = receivers.held(acknowledged.receiver());
          round.run(
              held,
              held.outbox()
                  .acknowledged(acknowledged.delivery(), acknowledged.upTo(), tools.now()));
        }
      }
      case Notified notified -> tellThoseWhoAreThere(notified);
      case TakenOver takenOver -> {}
      case Recalled recalled ->
          throw new IllegalStateException("outbox: a recall is handled on its own");
      case ReceiverEvent.Unknown unknown ->
          throw new IllegalStateException("outbox: an unknown event was let in");
    }
  }

  /** Nobody is taken into memory for it; of who is not there, nobody knows whether he listens. */
  private void tellThoseWhoAreThere(Notified notified) {
    byte[] json = tools.codec().write(notified.message());
    for (UserId user : notified.receivers()) {
      Held held = receivers.find(user);
      if (held == null || held.outbox().isOnline()) {
        link.notice(user, json);
      }
    }
  }

  private void tellStored(Draft draft, Round round) {
    ReceiverOutbox<EncodedPush> outbox = draft.held().outbox();
    if (draft.storedBefore() > 0) {
      round.run(draft.held(), outbox.storedBefore(draft.storedBefore()));
      return;
    }
    NewEntry stored = draft.entry();
    OutboxEntry<EncodedPush> entry =
        new OutboxEntry<>(
            stored.id(),
            stored.seq(),
            OutboxEntry.expiresAt(stored.createdAt(), stored.expire()),
            false,
            draft.push());
    round.run(draft.held(), outbox.stored(entry, tools.now()));
    tools.listener().stored(stored.receiver());
  }

  /**
   * Sends again what is due, looks for receivers who wait and for what has expired, forgets who has
   * been still.
   *
   * @param heardUpTo until when events have been handled, by their publishers' clocks: an
   *     acknowledgement that was published later may wait behind others, and what it acknowledges
   *     is not sent again before it has been heard
   */
  void tick(long heardUpTo) {
    if (!takeover.isActive()) {
      takeover.wakeUpAgain();
      return;
    }
    link.noticeLostPublishes(receivers);
    long now = tools.now();
    boolean linkUp = link.isUp();
    try (Round round = new Round(tools, parts)) {
      receivers.askWhoIsThere();
      if (linkUp) {
        link.replyAgain();
      }
      sendAgainWhatIsDue(now, heardUpTo, linkUp, round);
      takeover.recover(round);
      round.finish();
    } finally {
      // Whatever failed above, memory stays bounded, and others' entries expire.
      receivers.forgetTheStill(now, link::owesReply);
      sweep.run(now);
    }
  }

  private void sendAgainWhatIsDue(long now, long heardUpTo, boolean linkUp, Round round) {
    long blocked = 0;
    for (Held held : receivers) {
      List<Effect<EncodedPush>> due = held.outbox().tick(now, heardUpTo, linkUp);
      if (!due.isEmpty()) {
        held.used(now);
        round.run(held, due);
      }
      blocked += held.outbox().isBlocked() ? 1 : 0;
    }
    tools.metrics().holds(partition, receivers.size(), blocked);
  }
}
