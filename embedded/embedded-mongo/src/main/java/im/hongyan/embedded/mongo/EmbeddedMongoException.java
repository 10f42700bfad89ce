package im.hongyan.embedded.mongo;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot be opened or has stopped working; the message is one sentence that says why and
 * can be shown to an operator as it is.
 */
public final class EmbeddedMongoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedMongoException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
