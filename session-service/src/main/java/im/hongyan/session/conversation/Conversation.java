package im.hongyan.session.conversation;

import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage.SessionUpdate;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session and its rules. Immutable; each rule gives the session as it is afterwards, or fails
 * with the {@link HongyanException} that the client is told.
 *
 * <p>Invariants: the owner is a member; admins are members and not the owner; the creator never
 * changes; the session is invalid, and has no owner, exactly when nobody is in it; a single session
 * never has other members than its pair.
 *
 * @param id its id
 * @param kind single or group
 * @param creator who created it
 * @param owner who owns it now; null once nobody is left
 * @param members who is in it, in the order in which they came
 * @param admins who helps the owner, in the members' order
 * @param invitedBy who invited whom; the creator invited himself, so he is not in it
 * @param name what it is called
 * @param avatar link to its picture
 * @param version counts the changes, from 1
 * @param createdAt milliseconds since 1970
 * @param updatedAt milliseconds since 1970 of the last change
 */
public record Conversation(
    SessionId id,
    SessionKind kind,
    UserId creator,
    @Nullable UserId owner,
    List<UserId> members,
    List<UserId> admins,
    Map<UserId, UserId> invitedBy,
    @Nullable String name,
    @Nullable String avatar,
    long version,
    long createdAt,
    long updatedAt) {
  private static final String CREATE = "session_create";
  private static final String ADD = "session_add_user";
  private static final String REMOVE = "session_remove_user";
  private static final String EXIT = "session_exit";
  private static final String UPDATE = "session_update";

  /** Copies the collections. */
  public Conversation {
    members = List.copyOf(members);
    admins = List.copyOf(admins);
    invitedBy = Map.copyOf(invitedBy);
  }

  /**
   * Which kind a session of {@code creator} and those whom he invites has; himself among them
   * counts for nothing.
   *
   * @param kind what was asked for; null makes a single session of one other member, else a group
   * @throws HongyanException BAD_REQUEST where nobody else is in it, a single session has more than
   *     two members, or any has more than {@code maxMembers}
   */
  public static SessionKind kindOf(
      UserId creator, Collection<UserId> invited, @Nullable SessionKind kind, int maxMembers) {
    int others = others(creator, invited).size();
    checkSize(others + 1, maxMembers);
    if (kind == SessionKind.GROUP) {
      return SessionKind.GROUP;
    }
    if (others == 0) {
      throw HongyanException.badRequest(
          "members: only %s himself (expected: at least one other user id)", creator);
    }
    if (others > 1 && kind == SessionKind.SINGLE) {
      throw HongyanException.badRequest(
          "kind: single with %d invited members (expected: one, or kind group)", others);
    }
    return others == 1 ? SessionKind.SINGLE : SessionKind.GROUP;
  }

  /**
   * A new session of {@code creator}, who owns it, and those whom he invites.
   *
   * @param kind as {@link #kindOf} tells
   * @param now milliseconds since 1970
   */
  public static Outcome.Changed create(
      SessionId id,
      SessionKind kind,
      UserId creator,
      Collection<UserId> invited,
      @Nullable String name,
      long now) {
    Set<UserId> others = others(creator, invited);
    List<UserId> members = new ArrayList<>(List.of(creator));
    members.addAll(others);
    Map<UserId, UserId> invitedBy = new LinkedHashMap<>();
    others.forEach(other -> invitedBy.put(other, creator));
    Conversation session =
        new Conversation(
            id,
            kind,
            creator,
            creator,
            members,
            List.of(),
            invitedBy,
            blankToNull(name),
            null,
            1,
            now,
            now);
    return new Outcome.Changed(session, CREATE, creator, members, List.of());
  }

  /**
   * The single session is asked for again: whoever of the pair has left comes back into it, as
   * users know it of chats that they have deleted.
   */
  public Outcome reopen(UserId actor, UserId other, long now) {
    List<UserId> back =
        List.of(actor, other).stream().filter(user -> !members.contains(user)).toList();
    if (back.isEmpty()) {
      return new Outcome.Unchanged(this);
    }
    Draft draft = new Draft(this);
    draft.members.addAll(back);
    back.stream()
        .filter(user -> !user.equals(actor))
        .forEach(user -> draft.invitedBy.put(user, actor));
    if (draft.owner == null) {
      draft.owner = actor;
    }
    return draft.changed(CREATE, actor, back, List.of(), now);
  }

  /**
   * A member invites others; those who are members already are passed over.
   *
   * @throws HongyanException FORBIDDEN to strangers and in single sessions, BAD_REQUEST over {@code
   *     maxMembers}, CONFLICT in a session that has ended
   */
  public Outcome add(UserId actor, Collection<UserId> invited, int maxMembers, long now) {
    checkMember(actor);
    List<UserId> added =
        new LinkedHashSet<>(invited).stream().filter(user -> !members.contains(user)).toList();
    if (added.isEmpty()) {
      return new Outcome.Unchanged(this);
    }
    if (kind == SessionKind.SINGLE) {
      throw HongyanException.forbidden(
          "session: %s is a single session (expected: a group; create one with session_create)",
          id);
    }
    checkSize(members.size() + added.size(), maxMembers);
    Draft draft = new Draft(this);
    draft.members.addAll(added);
    added.forEach(user -> draft.invitedBy.put(user, actor));
    return draft.changed(ADD, actor, added, List.of(), now);
  }

  /**
   * A member removes others, all or none; those who are not members are passed over. Rank comes
   * before invitation: neither an inviter nor an admin removes the owner or an admin.
   *
   * @throws HongyanException FORBIDDEN to strangers and where {@code actor} may not remove one of
   *     them, CONFLICT in a session that has ended
   */
  public Outcome remove(UserId actor, Collection<UserId> unwanted, long now) {
    checkMember(actor);
    List<UserId> removed = members.stream().filter(Set.copyOf(unwanted)::contains).toList();
    for (UserId user : removed) {
      if (!mayRemove(actor, user)) {
        throw HongyanException.forbidden(
            "members: %s may not remove %s (expected: the owner, an admin, or who invited him)",
            actor, user);
      }
    }
    return leave(REMOVE, actor, removed, now);
  }

  /**
   * A member leaves. Out of a single session as well: he gets nothing more from it until one of the
   * pair creates it again.
   *
   * @throws HongyanException FORBIDDEN to strangers, CONFLICT in a session that has ended
   */
  public Outcome exit(UserId actor, long now) {
    checkMember(actor);
    return leave(EXIT, actor, List.of(actor), now);
  }

  /**
   * Owner and admins name the session and give it a picture, the owner names its admins; an empty
   * name or avatar takes it away. What is absent stays. {@code muted} is no matter of the session's
   * and passed over.
   *
   * @throws HongyanException FORBIDDEN to others, BAD_REQUEST where an admin is not a member,
   *     CONFLICT in a session that has ended
   */
  public Outcome update(UserId actor, SessionUpdate wanted, long now) {
    checkMember(actor);
    Draft draft = new Draft(this);
    if (wanted.name() != null) {
      draft.name = blankToNull(wanted.name());
    }
    if (wanted.avatar() != null) {
      draft.avatar = blankToNull(wanted.avatar());
    }
    if (wanted.admins() != null) {
      Set<UserId> named = Set.copyOf(wanted.admins());
      for (UserId user : named) {
        if (!members.contains(user)) {
          throw HongyanException.badRequest("admins: %s (expected: members of the session)", user);
        }
      }
      draft.admins.clear();
      members.stream()
          .filter(user -> named.contains(user) && !user.equals(owner))
          .forEach(draft.admins::add);
    }
    boolean named = !Objects.equals(draft.name, name) || !Objects.equals(draft.avatar, avatar);
    boolean ranked = !draft.admins.equals(admins);
    if (named && !actor.equals(owner) && !admins.contains(actor)) {
      throw HongyanException.forbidden(
          "session: %s may not change its name or avatar (expected: the owner or an admin)", actor);
    }
    if (ranked && !actor.equals(owner)) {
      throw HongyanException.forbidden("admins: %s may not name them (expected: the owner)", actor);
    }
    return named || ranked
        ? draft.changed(UPDATE, actor, List.of(), List.of(), now)
        : new Outcome.Unchanged(this);
  }

  /** Whether anybody is left in it. */
  public boolean valid() {
    return !members.isEmpty();
  }

  /**
   * Refuses everybody else than members.
   *
   * @throws HongyanException CONFLICT in a session that has ended, FORBIDDEN to strangers
   */
  public void checkMember(UserId user) {
    if (!valid()) {
      throw HongyanException.conflict("session: %s has ended (expected: one with members)", id);
    }
    if (!members.contains(user)) {
      throw HongyanException.forbidden("session: %s is not a member of it", user);
    }
  }

  /** The session as its members see it. */
  public SessionView view() {
    return new SessionView(
        id,
        creator,
        owner,
        members,
        admins,
        kind,
        name,
        avatar,
        valid() ? SessionView.VALID : SessionView.INVALID,
        version,
        createdAt,
        updatedAt,
        null);
  }

  /** What one who is no longer in it may see: which one it is, and that it is over for him. */
  public Conversation fromOutside() {
    return new Conversation(
        id, kind, creator, null, List.of(), List.of(), Map.of(), null, null, version, createdAt,
        updatedAt);
  }

  private boolean mayRemove(UserId actor, UserId user) {
    if (actor.equals(user) || actor.equals(owner)) {
      return true;
    }
    if (user.equals(owner) || admins.contains(user)) {
      return false;
    }
    return admins.contains(actor) || actor.equals(invitedBy.get(user));
  }

  private Outcome leave(String change, UserId actor, List<UserId> leavers, long now) {
    if (leavers.isEmpty()) {
      return new Outcome.Unchanged(this);
    }
    Draft draft = new Draft(this);
    draft.members.removeAll(Set.copyOf(leavers));
    draft.admins.removeAll(Set.copyOf(leavers));
    leavers.forEach(draft.invitedBy::remove);
    if (owner != null && leavers.contains(owner)) {
      draft.owner = successor(draft);
      draft.admins.remove(draft.owner);
    }
    return draft.changed(change, actor, List.of(), leavers, now);
  }

  /** Admins come before others, each in the session's order. */
  private static @Nullable UserId successor(Draft draft) {
    if (!draft.admins.isEmpty()) {
      return draft.admins.getFirst();
    }
    return draft.members.isEmpty() ? null : draft.members.getFirst();
  }

  private static Set<UserId> others(UserId creator, Collection<UserId> invited) {
    Set<UserId> others = new LinkedHashSet<>(invited);
    others.remove(creator);
    return others;
  }

  private static void checkSize(int members, int maxMembers) {
    if (members > maxMembers) {
      throw HongyanException.badRequest("members: %d (expected: at most %d)", members, maxMembers);
    }
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }

  /** The next version while a rule works on it. */
  private static final class Draft {
    private final Conversation before;
    private final List<UserId> members;
    private final List<UserId> admins;
    private final Map<UserId, UserId> invitedBy;
    private @Nullable UserId owner;
    private @Nullable String name;
    private @Nullable String avatar;

    Draft(Conversation before) {
      this.before = before;
      this.members = new ArrayList<>(before.members);
      this.admins = new ArrayList<>(before.admins);
      this.invitedBy = new LinkedHashMap<>(before.invitedBy);
      this.owner = before.owner;
      this.name = before.name;
      this.avatar = before.avatar;
    }

    Outcome.Changed changed(
        String change, UserId actor, List<UserId> added, List<UserId> removed, long now) {
      Conversation after =
          new Conversation(
              before.id,
              before.kind,
              before.creator,
              owner,
              members,
              admins,
              invitedBy,
              name,
              avatar,
              before.version + 1,
              before.createdAt,
              Math.max(now, before.updatedAt));
      return new Outcome.Changed(after, change, actor, added, removed);
    }
  }
}
