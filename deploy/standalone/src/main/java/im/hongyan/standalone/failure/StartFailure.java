package im.hongyan.standalone.failure;

import org.jspecify.annotations.Nullable;

/** Why the process cannot start: one sentence that a human can act on; carries no stack trace. */
public final class StartFailure extends RuntimeException {
  /** A sentence that names what was found and what to do. */
  public StartFailure(String sentence) {
    this(sentence, null);
  }

  /** The same with what caused it. */
  public StartFailure(String sentence, @Nullable Throwable cause) {
    super(sentence, cause, false, false);
  }
}
