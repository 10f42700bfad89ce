package im.hongyan.session.conversation;

import im.hongyan.model.UserId;
import java.util.List;

/** What a rule made of a request that is allowed; one that is not is an exception. */
public sealed interface Outcome {

  /** The session as it is now. */
  Conversation session();

  /**
   * It already was as asked for.
   *
   * @param session as before
   */
  record Unchanged(Conversation session) implements Outcome {}

  /**
   * It has changed, and its members have to be told.
   *
   * @param session as it is now, its version one higher
   * @param change the type of the request
   * @param actor who asked
   * @param added who came in
   * @param removed who is no longer in it
   */
  record Changed(
      Conversation session, String change, UserId actor, List<UserId> added, List<UserId> removed)
      implements Outcome {
    /** Copies the lists. */
    public Changed {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }
}
