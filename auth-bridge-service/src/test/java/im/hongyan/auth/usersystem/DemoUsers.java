package im.hongyan.auth.usersystem;

import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;

/** A user system in which tokens of {@code alice} are {@code demo-alice, demo-alice#2}... */
public final class DemoUsers implements UserSystem {
  private volatile boolean down;

  /** From now on it cannot be asked. */
  public void goDown() {
    down = true;
  }

  @Override
  public UserId ownerOf(String token) {
    if (down) {
      throw HongyanException.unavailable("down", null);
    }
    if (!token.startsWith("demo-")) {
      throw HongyanException.unauthenticated("token: refused");
    }
    return new UserId(token.substring("demo-".length()).split("#", -1)[0]);
  }
}
