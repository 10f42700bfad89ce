package im.hongyan.session.commands;

import im.hongyan.model.SessionId;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** Names new groups; nobody can guess the name of one that he is not in. */
final class SessionIds {
  private static final int BYTES = 16;

  private final RandomGenerator random;

  SessionIds(RandomGenerator random) {
    this.random = random;
  }

  SessionId next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new SessionId("s" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }
}
