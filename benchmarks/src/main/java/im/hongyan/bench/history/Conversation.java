package im.hongyan.bench.history;

import im.hongyan.model.SessionId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A session of a run and who is in it, users by their number. Owned by the run's event loop. */
public final class Conversation {
  private final int[] members;
  private final long[] lastSeqOf;
  private @Nullable SessionId id;

  /** A session of these users, the first of whom creates it. */
  public Conversation(int... members) {
    this.members = members.clone();
    this.lastSeqOf = new long[members.length];
  }

  /** Who is in it. */
  public int[] members() {
    return members.clone();
  }

  /** How many are in it. */
  public int size() {
    return members.length;
  }

  /** The member at a place. */
  public int member(int place) {
    return members[place];
  }

  /** Its id, once it is created. */
  public SessionId id() {
    if (id == null) {
      throw new IllegalStateException("session of " + Arrays.toString(members) + " not created");
    }
    return id;
  }

  /** Whether it is created. */
  public boolean created() {
    return id != null;
  }

  /** It is created. */
  public void created(SessionId sessionId) {
    id = sessionId;
  }

  int placeOf(int user) {
    for (int i = 0; i < members.length; i++) {
      if (members[i] == user) {
        return i;
      }
    }
    return -1;
  }

  long lastSeqOf(int place) {
    return lastSeqOf[place];
  }

  void lastSeqOf(int place, long seq) {
    lastSeqOf[place] = seq;
  }
}
