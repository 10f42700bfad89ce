package im.hongyan.systemtests.people;

import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import java.util.concurrent.CompletableFuture;

/** One device of a user, by one transport. */
interface Wire extends AutoCloseable {
  /** Sends a request; completes with its reply. */
  CompletableFuture<Reply> ask(Request request);

  /** Sends any bytes; the reply, if it names no request, comes to the inbox. */
  void raw(byte[] payload);

  /** Leaves in an orderly way. */
  @Override
  void close();
}
