package im.hongyan.ingest.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.hongyan.model.MessageId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The messages that were published lately, so that one that is sent again keeps its time and is not
 * published again. Saves work only: whoever stores messages drops copies by their id.
 */
final class AcceptedMessages {
  private final Cache<MessageId, Acceptance> accepted;

  AcceptedMessages(int remembered, Duration expiry) {
    this.accepted = Caffeine.newBuilder().maximumSize(remembered).expireAfterWrite(expiry).build();
  }

  /**
   * A message that was published.
   *
   * @param createdAt when it was accepted, milliseconds since 1970
   * @param confirmed done when it is durable, failed when nobody can say
   */
  record Acceptance(long createdAt, CompletableFuture<@Nullable Void> confirmed) {
    boolean stands() {
      return !confirmed.isCompletedExceptionally();
    }
  }

  @Nullable Acceptance find(MessageId id) {
    return accepted.getIfPresent(id);
  }

  void remember(MessageId id, Acceptance acceptance) {
    accepted.put(id, acceptance);
  }
}
