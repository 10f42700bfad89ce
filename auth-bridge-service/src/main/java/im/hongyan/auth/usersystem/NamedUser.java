package im.hongyan.auth.usersystem;

import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import org.jspecify.annotations.Nullable;

/** What a user system calls a user, checked against the form that topics and ids need. */
public final class NamedUser {
  private static final int MAX_SHOWN = 80;

  private NamedUser() {}

  /**
   * The id of a user.
   *
   * @throws HongyanException UNAUTHENTICATED where {@code name} is absent or breaks the form
   */
  public static UserId of(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      throw HongyanException.unauthenticated("token: the user system names no user for it");
    }
    if (!UserId.isValid(name)) {
      throw HongyanException.unauthenticated(
          "userId: the user system names \"%s\" (expected: 1 to 64 characters of A-Z a-z 0-9 . _ @"
              + " -)",
          shown(name));
    }
    return new UserId(name);
  }

  private static String shown(String name) {
    String cut = name.length() > MAX_SHOWN ? name.substring(0, MAX_SHOWN) : name;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
