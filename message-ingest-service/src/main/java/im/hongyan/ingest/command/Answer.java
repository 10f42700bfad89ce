package im.hongyan.ingest.command;

import im.hongyan.model.HongyanException;
import im.hongyan.model.wire.Reply;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A command under way.
 *
 * @param placed completes, well or badly, when the sender's next command can no longer overtake
 *     this one: a published message has its place in the stream long before its confirm comes back
 * @param reply the answer; empty where it reaches the client by another way; fails with the {@link
 *     HongyanException} that he is to be told
 */
public record Answer(CompletionStage<?> placed, CompletableFuture<Optional<Reply>> reply) {
  private static final CompletionStage<?> AT_ONCE = CompletableFuture.completedFuture(null);

  /** Everything is done. */
  public static Answer now(Reply reply) {
    return placed(CompletableFuture.completedFuture(reply));
  }

  /** The command has its place, the answer follows. */
  public static Answer placed(CompletableFuture<Reply> reply) {
    return new Answer(AT_ONCE, reply.thenApply(Optional::of));
  }

  /** The command has its place when it is answered, not earlier. */
  public static Answer whole(CompletableFuture<Optional<Reply>> reply) {
    return new Answer(reply, reply);
  }

  /** The command has its place at once although nothing is known about its answer yet. */
  public static Answer unordered(CompletableFuture<Optional<Reply>> reply) {
    return new Answer(AT_ONCE, reply);
  }

  /** The command is refused. */
  public static Answer refused(Throwable reason) {
    return new Answer(AT_ONCE, CompletableFuture.failedFuture(reason));
  }

  /** The command goes on when {@code before} is done, and is refused where that fails. */
  public static Answer after(CompletableFuture<?> before, Supplier<Answer> next) {
    CompletableFuture<Answer> begun = before.thenApply(done -> next.get());
    return new Answer(begun.thenCompose(Answer::placed), begun.thenCompose(Answer::reply));
  }
}
