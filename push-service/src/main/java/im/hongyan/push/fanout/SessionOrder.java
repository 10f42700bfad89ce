package im.hongyan.push.fanout;

import im.hongyan.model.UserId;
import java.util.List;

/**
 * What the owner of a session holds in memory: the next place, and who the members are at that
 * place. Belongs to the thread of the session's partition; forgotten when the partition changes
 * hands, when a place turns out to be taken, and when others are used more.
 */
final class SessionOrder {
  private long last;
  private long notice;
  private long version;
  private List<UserId> members;

  /**
   * A session as it is stored.
   *
   * @param last the place of its last message, 0 where it has none
   * @param notice the place of the message that told the last change, 0 where none did
   * @param version the version that it told
   * @param members who is a member since
   */
  SessionOrder(long last, long notice, long version, List<UserId> members) {
    this.last = last;
    this.notice = notice;
    this.version = version;
    this.members = List.copyOf(members);
  }

  /** Takes the next place. */
  long nextSeq() {
    return ++last;
  }

  /** The place of the last message, 0 where there is none. */
  long last() {
    return last;
  }

  /** The place of the message that told who the members are. */
  long notice() {
    return notice;
  }

  List<UserId> members() {
    return members;
  }

  /** A change was told at {@code seq}; one that came late does not bring back an older state. */
  void changed(long seq, long newVersion, List<UserId> newMembers) {
    if (newVersion > version) {
      notice = seq;
      version = newVersion;
      members = List.copyOf(newMembers);
    }
  }
}
