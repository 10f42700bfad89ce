package im.hongyan.bench.flat;

import java.util.Locale;

/** What there are few and then many of. */
public enum Growth {
  /** Messages of one session, unsent in one outbox. */
  MESSAGES(1_000, 200_000),
  /** Users who have logged in once, in pairs with a session and a message of each. */
  USERS(100, 20_000);

  private final int few;
  private final int many;

  Growth(int few, int many) {
    this.few = few;
    this.many = many;
  }

  /** How many are few, where nobody says so. */
  public int few() {
    return few;
  }

  /** How many are many. */
  public int many() {
    return many;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
