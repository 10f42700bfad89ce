package im.hongyan.ingest.forward;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.auth.client.AuthBridgeClient.Beat;
import im.hongyan.auth.client.AuthBridgeClient.Heartbeats;
import im.hongyan.model.HongyanException;
import im.hongyan.model.wire.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells auth-bridge of heartbeats, those together that come within a short time: a question of its
 * own for each costs many times as much, and nobody waits for the answer. Thread-safe.
 */
final class SignsOfLife {
  private static final int MOST_TOGETHER = 1000;

  private record Waiting(Beat beat, CompletableFuture<Reply> reply) {}

  private final AuthBridgeClient authBridge;
  private final Duration within;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

  /** Whether somebody gathers, who will tell of all that waits when he begins to tell. */
  private final AtomicBoolean gathering = new AtomicBoolean();

  SignsOfLife(AuthBridgeClient authBridge, Duration within) {
    this.authBridge = authBridge;
    this.within = within;
  }

  /**
   * Tells of one and returns its answer. Blocks for as long as others are gathered: call from
   * virtual threads.
   *
   * @throws HongyanException where auth-bridge does not answer
   */
  Reply tell(Beat beat) {
    Waiting mine = new Waiting(beat, new CompletableFuture<>());
    waiting.add(mine);
    if (gathering.compareAndSet(false, true)) {
      gather();
    }
    try {
      return mine.reply().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof HongyanException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  private void gather() {
    long end = System.nanoTime() + within.toNanos();
    for (long left = within.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    gathering.set(false);
    List<Waiting> some = new ArrayList<>();
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      some.add(next);
      if (some.size() == MOST_TOGETHER) {
        tell(some);
        some.clear();
      }
    }
    if (!some.isEmpty()) {
      tell(some);
    }
  }

  private void tell(List<Waiting> some) {
    try {
      List<Reply> replies =
          authBridge
              .heartbeats(new Heartbeats(some.stream().map(Waiting::beat).toList()))
              .replies();
      if (replies.size() != some.size()) {
        throw new IllegalStateException(
            "heartbeats: %d replies (expected: %d)".formatted(replies.size(), some.size()));
      }
      for (int i = 0; i < replies.size(); i++) {
        some.get(i).reply().complete(replies.get(i));
      }
    } catch (RuntimeException | Error e) {
      some.forEach(one -> one.reply().completeExceptionally(e));
    }
  }
}
