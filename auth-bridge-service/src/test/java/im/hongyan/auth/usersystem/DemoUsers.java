package im.hongyan.auth.usersystem;

import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.util.concurrent.atomic.AtomicInteger;

/** A user system in which tokens of {@code alice} are {@code demo-alice, demo-alice#2}... */
public final class DemoUsers implements UserSystem {
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean down;
  private volatile String remembered = "";

  /** From now on it cannot be asked. */
  public void goDown() {
    down = true;
  }

  /** From now on it knows this token without being asked. */
  public void remember(String token) {
    remembered = token;
  }

  /** How often it has been asked. */
  public int asked() {
    return asked.get();
  }

  @Override
  public boolean knows(String token) {
    return token.equals(remembered);
  }

  @Override
  public Owner ownerOf(String token) {
    asked.incrementAndGet();
    if (down) {
      throw HongyanException.unavailable("down", null);
    }
    if (!token.startsWith("demo-")) {
      throw HongyanException.unauthenticated("token: refused");
    }
    return Owner.of(new UserId(token.substring("demo-".length()).split("#", -1)[0]));
  }
}
