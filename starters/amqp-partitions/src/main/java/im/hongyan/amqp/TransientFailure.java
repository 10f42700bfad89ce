package im.hongyan.amqp;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;

/** Tells failures that pass (a store is down) from those that come again with the same events. */
@FunctionalInterface
public interface TransientFailure {
  /** Whether trying the same again may succeed. */
  boolean isTransient(Throwable failure);

  /** Everything passes but programming errors and bad requests. */
  static TransientFailure standard() {
    return failure ->
        switch (failure) {
          case IllegalArgumentException e -> false;
          case IllegalStateException e -> false;
          case NullPointerException e -> false;
          case ClassCastException e -> false;
          case IndexOutOfBoundsException e -> false;
          case HongyanException e -> e.code() != ErrorCode.BAD_REQUEST;
          default -> true;
        };
  }
}
