package im.hongyan.ingest.reply;

import im.hongyan.codec.WireCodec;
import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage;
import im.hongyan.mqtt.ClientPublisher;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletionStage;

/** Writes to the client topics of users. Never blocks. */
public final class Replies {
  private static final int AT_MOST_ONCE = 0;

  private final ClientPublisher publisher;
  private final WireCodec codec;
  private final int qos;
  private final Counter failures;

  Replies(
      ClientPublisher publisher,
      WireCodec codec,
      ReplyProperties properties,
      MeterRegistry meters) {
    this.publisher = publisher;
    this.codec = codec;
    this.qos = properties.qos();
    this.failures =
        Counter.builder("hongyan.ingest.replies.lost")
            .description("replies that could not be handed to the MQTT broker")
            .register(meters);
  }

  /**
   * Answers a user.
   *
   * @return completes when the broker has taken the reply; exceptionally where it may not have
   */
  public CompletionStage<?> send(UserId user, Reply reply) {
    return publish(user, codec.write(reply), qos);
  }

  /** Tells a user something that is worth nothing when it comes late. */
  public void tell(UserId user, ServerMessage message) {
    var _ = publish(user, codec.write(message), AT_MOST_ONCE);
  }

  private CompletionStage<?> publish(UserId user, byte[] json, int at) {
    return publisher
        .publish(Topics.toClient(user), json, at)
        .whenComplete(
            (taken, failure) -> {
              if (failure != null) {
                failures.increment();
              }
            });
  }
}
