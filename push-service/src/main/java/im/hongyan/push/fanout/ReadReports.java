package im.hongyan.push.fanout;

import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Notified;
import im.hongyan.model.event.SessionEvent.ReadReported;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.ServerMessage.MsgReadNotice;
import im.hongyan.push.reading.ReadPosition;
import im.hongyan.push.reading.ReadPositions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How far members have read: a batch of reports is stored with one command, of each member the
 * furthest, and then told to the others who are there. Whoever comes into a session has read it up
 * to there. Belongs to the partition's thread.
 */
final class ReadReports {
  record Reader(SessionId session, UserId user) {}

  /** What has been stored of a batch, and what has to be told of it. */
  record Advance(List<Placed<ReceiverEvent>> notices, Map<Reader, Long> positions) {}

  private final ReadPositions positions;
  private final int maxMembers;
  private final Function<List<UserId>, Map<Integer, List<UserId>>> byPartition;

  /** How far those have read who have said so lately: stored and told. */
  private final Map<Reader, Long> known;

  /**
   * Reports of the sessions of one partition.
   *
   * @param byPartition sorts receivers by the partitions of their outboxes
   */
  ReadReports(
      ReadPositions positions,
      FanoutProperties properties,
      Function<List<UserId>, Map<Integer, List<UserId>>> byPartition) {
    this.positions = positions;
    this.maxMembers = properties.readMaxMembers();
    this.byPartition = byPartition;
    this.known = LeastRecentlyUsed.map(properties.maxSessions());
  }

  void reset() {
    known.clear();
  }

  /** Those who came in with a change that got the place {@code seq} begin to read behind it. */
  void cameIn(Map<SessionChanged, Long> places) {
    List<ReadPosition> begun = new ArrayList<>();
    places.forEach(
        (change, seq) ->
            change
                .added()
                .forEach(
                    user ->
                        begun.add(
                            new ReadPosition(change.after().id(), user, seq, seq, change.at()))));
    positions.advance(begun);
  }

  /**
   * Stores what a batch reports.
   *
   * @param orders the sessions of the batch
   * @return what is to be told now; then it is {@link #told}
   */
  Advance store(Collection<ReadReported> reports, Map<SessionId, SessionOrder> orders) {
    Map<Reader, ReadPosition> furthest = new LinkedHashMap<>();
    for (ReadReported report : reports) {
      SessionOrder order = orders.get(report.session());
      // He may have left since he was asked; and nobody has read what is not there.
      if (order != null && order.members().contains(report.reader())) {
        long seq = Math.min(report.seq(), order.last());
        Reader reader = new Reader(report.session(), report.reader());
        ReadPosition before = furthest.get(reader);
        if (seq > known.getOrDefault(reader, 0L) && (before == null || seq > before.seq())) {
          furthest.put(
              reader, new ReadPosition(report.session(), report.reader(), seq, 0, report.at()));
        }
      }
    }
    positions.advance(furthest.values());
    List<Placed<ReceiverEvent>> notices = new ArrayList<>();
    Map<Reader, Long> advanced = new LinkedHashMap<>();
    furthest.forEach(
        (reader, position) -> {
          advanced.put(reader, position.seq());
          SessionOrder order = orders.get(reader.session());
          if (order != null) {
            notices.addAll(notices(position, order));
          }
        });
    return new Advance(notices, advanced);
  }

  /** What was to be told has been: further reports of it are nothing new. */
  void told(Advance advance) {
    known.putAll(advance.positions());
  }

  /** The reader's own further devices hear of it as well. */
  private List<Placed<ReceiverEvent>> notices(ReadPosition position, SessionOrder order) {
    List<UserId> receivers =
        order.members().size() > maxMembers ? List.of(position.user()) : order.members();
    MsgReadNotice notice = new MsgReadNotice(position.session(), position.user(), position.seq());
    List<Placed<ReceiverEvent>> notices = new ArrayList<>();
    byPartition
        .apply(receivers)
        .forEach(
            (partition, users) ->
                notices.add(new Placed<>(partition, new Notified(users, notice))));
    return notices;
  }
}
