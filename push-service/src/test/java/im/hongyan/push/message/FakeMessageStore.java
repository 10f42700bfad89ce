package im.hongyan.push.message;

import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.Content;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Messages in memory, with the same unique keys as the real store. */
public final class FakeMessageStore implements MessageStore {
  private final ContentBson contents;
  private final Map<MessageId, StoredMessage> messages = new LinkedHashMap<>();
  private final Map<MessageId, Long> changed = new HashMap<>();
  private boolean failNextChange;
  private int failAfter = -1;
  private int mostFoundAtOnce;

  public FakeMessageStore(ContentBson contents) {
    this.contents = contents;
  }

  /** The next insert stores so many and then breaks off. */
  public void failNextInsertAfter(int stored) {
    failAfter = stored;
  }

  /** The largest number of ids that were looked for together. */
  public int mostFoundAtOnce() {
    return mostFoundAtOnce;
  }

  /** All that is stored is recalled. */
  public void recallAll() {
    recall(Set.copyOf(messages.keySet()));
  }

  /** Whether a message is stored and recalled. */
  public boolean isRecalled(MessageId id) {
    StoredMessage message = messages.get(id);
    return message != null && message.cancelled();
  }

  @Override
  public void recall(Collection<MessageId> recalled) {
    recalled.forEach(
        one ->
            messages.computeIfPresent(
                one,
                (id, m) ->
                    with(
                        m,
                        m.content(),
                        true,
                        m.editedAt(),
                        m.edits(),
                        m.reactions(),
                        m.decisions())));
  }

  @Override
  public void edit(
      MessageId edited,
      MessageId notice,
      long seq,
      Content content,
      @Nullable Content deal,
      long at) {
    change(
        edited,
        seq,
        m -> {
          List<MessageId> edits = new ArrayList<>(m.edits());
          if (!edits.contains(notice)) {
            edits.add(notice);
          }
          byte[] json = contents.toJson(deal == null ? content : deal);
          return with(
              m, new ContentJson(json), m.cancelled(), at, edits, m.reactions(), m.decisions());
        });
  }

  @Override
  public void react(MessageId message, long seq, Reaction reaction, boolean remove) {
    change(
        message,
        seq,
        m -> {
          List<Reaction> reactions = new ArrayList<>(m.reactions());
          reactions.remove(reaction);
          if (!remove) {
            reactions.add(reaction);
          }
          return with(
              m, m.content(), m.cancelled(), m.editedAt(), m.edits(), reactions, m.decisions());
        });
  }

  @Override
  public void decided(MessageId message, Decision decision) {
    fail();
    messages.computeIfPresent(
        message,
        (id, m) -> {
          List<Decision> decisions = new ArrayList<>(m.decisions());
          decisions.add(decision);
          return with(
              m, m.content(), m.cancelled(), m.editedAt(), m.edits(), m.reactions(), decisions);
        });
  }

  private void change(MessageId message, long seq, UnaryOperator<StoredMessage> change) {
    fail();
    if (changed.getOrDefault(message, 0L) < seq && messages.containsKey(message)) {
      changed.put(message, seq);
      messages.computeIfPresent(message, (id, m) -> change.apply(m));
    }
  }

  private static StoredMessage with(
      StoredMessage m,
      ContentJson content,
      boolean cancelled,
      long editedAt,
      List<MessageId> edits,
      List<Reaction> reactions,
      List<Decision> decisions) {
    return new StoredMessage(
        m.id(),
        m.session(),
        m.seq(),
        m.sender(),
        m.clientMsgId(),
        content,
        m.expire(),
        m.createdAt(),
        cancelled,
        m.notice(),
        m.members(),
        m.version(),
        m.rejected(),
        editedAt,
        edits,
        reactions,
        decisions);
  }

  private void fail() {
    if (failNextChange) {
      failNextChange = false;
      throw HongyanException.unavailable("the store has gone", null);
    }
  }

  /** Whatever was to fail does not. */
  public void failNoMore() {
    failAfter = -1;
    failNextChange = false;
  }

  /** The next change of a message is not carried out. */
  public void failNextChange() {
    failNextChange = true;
  }

  /** All that is stored, in the order of places: what of it a reader sees. */
  public List<String> shown(SessionId session) {
    return of(session).stream()
        .map(
            m ->
                "%d %s %s %s %s %s"
                    .formatted(
                        m.seq(),
                        m.id(),
                        m.cancelled() ? "recalled" : textOf(m.id()),
                        m.editedAt(),
                        m.edits(),
                        m.reactions().stream().map(Object::toString).sorted().toList()))
        .toList();
  }

  /** What a message says. */
  public String textOf(MessageId id) {
    return String.valueOf(contents.fromJson(of(id).content().utf8()).text());
  }

  /** Who has reacted to a message how. */
  public List<Reaction> reactionsTo(MessageId id) {
    return of(id).reactions();
  }

  private StoredMessage of(MessageId id) {
    return Objects.requireNonNull(messages.get(id));
  }

  public List<Long> seqs(SessionId session) {
    return of(session).stream().map(StoredMessage::seq).toList();
  }

  public List<MessageId> ids(SessionId session) {
    return of(session).stream().map(StoredMessage::id).toList();
  }

  public List<String> clientMsgIds(SessionId session) {
    return of(session).stream().map(StoredMessage::clientMsgId).filter(Objects::nonNull).toList();
  }

  private List<StoredMessage> of(SessionId session) {
    return messages.values().stream()
        .filter(message -> message.session().equals(session))
        .sorted(Comparator.comparingLong(StoredMessage::seq))
        .toList();
  }

  @Override
  public Map<MessageId, StoredMessage> find(Collection<MessageId> ids) {
    mostFoundAtOnce = Math.max(mostFoundAtOnce, ids.size());
    Map<MessageId, StoredMessage> found = new HashMap<>();
    ids.stream()
        .filter(messages::containsKey)
        .forEach(id -> found.put(id, Objects.requireNonNull(messages.get(id))));
    return found;
  }

  @Override
  public Map<SessionId, StoredMessage> last(Collection<SessionId> sessions) {
    Map<SessionId, StoredMessage> last = new HashMap<>();
    sessions.forEach(
        session -> {
          if (!of(session).isEmpty()) {
            last.put(session, of(session).getLast());
          }
        });
    return last;
  }

  @Override
  public Optional<StoredMessage> at(SessionId session, long seq) {
    return of(session).stream().filter(message -> message.seq() == seq).findFirst();
  }

  @Override
  public boolean insert(List<NewMessage> batch) {
    for (NewMessage message : batch) {
      if (failAfter == 0) {
        failAfter = -1;
        throw HongyanException.unavailable("the store has gone", null);
      }
      failAfter--;
      if (messages.containsKey(message.id()) || at(message.session(), message.seq()).isPresent()) {
        return false;
      }
      messages.put(
          message.id(),
          new StoredMessage(
              message.id(),
              message.session(),
              message.seq(),
              message.sender(),
              message.clientMsgId(),
              new ContentJson(contents.toJson(message.dealt())),
              message.expire(),
              message.createdAt(),
              false,
              message.notice(),
              message.members(),
              message.version(),
              message.rejected() != null,
              0,
              List.of(),
              List.of(),
              List.of()));
    }
    return true;
  }

  @Override
  public List<StoredMessage> following(SessionId session, long after, int limit) {
    return of(session).stream().filter(message -> message.seq() > after).limit(limit).toList();
  }

  @Override
  public List<StoredMessage> preceding(SessionId session, long before, int limit) {
    List<StoredMessage> all =
        of(session).stream().filter(message -> message.seq() < before).toList();
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }
}
