package im.hongyan.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channel that a publisher sends through, opened again when it is lost. Belongs to the
 * publisher's owner thread; what other threads find out they tell as {@link ChannelNews}, which the
 * owner hands in when it comes to them. Knows messages by their number alone, never their events.
 */
final class PublishChannel {
  static final String PUBLISHED_AT = "x-published-at";

  private static final Logger log = LoggerFactory.getLogger(PublishChannel.class);

  private final String stream;
  private final StreamTopology topology;
  private final AmqpLink link;
  private final Backoff reconnect;
  private final Consumer<ChannelNews> news;

  private volatile @Nullable Channel channel; // written by the owner thread alone

  // All below: touched by the owner thread alone.
  private boolean opening;
  private int failedOpenings;
  private long openAgainAt = System.nanoTime();

  PublishChannel(
      String stream,
      StreamTopology topology,
      AmqpLink link,
      Backoff reconnect,
      Consumer<ChannelNews> news) {
    this.stream = stream;
    this.topology = topology;
    this.link = link;
    this.reconnect = reconnect;
    this.news = news;
  }

  /** Whether there is a channel; for any thread. */
  boolean isOpen() {
    return channel != null;
  }

  /** Whether there is a channel and the broker wants to be sent something. */
  boolean takesMessages() {
    return isOpen() && !link.isBlocked();
  }

  /** Whether this is the channel in use; news of others are old. */
  boolean is(Channel other) {
    return other.equals(channel);
  }

  void openWhenDue(long now) {
    if (channel != null || opening || now - openAgainAt < 0) {
      return;
    }
    opening = true;
    Thread.ofVirtual().name("publish-open-" + stream).start(this::open);
  }

  /** Runs on a thread of its own, since it may wait for the broker. */
  private void open() {
    Channel opened = null;
    try {
      opened = link.openChannel();
      topology.declareStream(opened, stream);
      opened.confirmSelect();
      Channel answering = opened;
      opened.addConfirmListener(
          (number, multiple) ->
              news.accept(new ChannelNews.Answered(answering, number, multiple, true)),
          (number, multiple) ->
              news.accept(new ChannelNews.Answered(answering, number, multiple, false)));
      opened.addReturnListener(
          returned -> news.accept(new ChannelNews.Returned(answering, returned.getReplyText())));
      news.accept(new ChannelNews.Opened(opened));
      opened.addShutdownListener(
          cause ->
              news.accept(new ChannelNews.Closed(answering, String.valueOf(cause.getMessage()))));
    } catch (Throwable e) {
      // Of whatever kind: unless the owner hears of it, no channel is ever opened again.
      if (opened != null) {
        abort(opened);
      }
      news.accept(new ChannelNews.NotOpened(e));
    }
  }

  void opened(Channel opened) {
    opening = false;
    failedOpenings = 0;
    if (channel != null) {
      // Asked for twice, around a crash.
      abort(opened);
      return;
    }
    channel = opened;
  }

  void notOpened(Throwable cause) {
    opening = false;
    openLater();
    if (failedOpenings == 1) {
      log.warn("No channel to publish into {}: {}", stream, cause.toString());
    }
  }

  private void openLater() {
    failedOpenings++;
    openAgainAt = System.nanoTime() + reconnect.nanos(failedOpenings);
  }

  /** Gives the channel up, whatever state it is in. */
  void lose(String reason) {
    log.warn("Channel to publish into {} is gone: {}", stream, reason);
    giveUp();
  }

  /** After a crash of the owner, or at its end: what was under way is forgotten. */
  void startAfresh() {
    opening = false;
    giveUp();
  }

  private void giveUp() {
    Channel lost = channel;
    if (lost != null) {
      channel = null;
      openLater();
      Thread.ofVirtual().name("amqp-abort").start(() -> abort(lost));
    }
  }

  /** A channel that nobody waits for any more. */
  static void abort(Channel channel) {
    try {
      channel.abort();
    } catch (IOException | RuntimeException e) {
      log.debug("Abort of a lost channel", e);
    }
  }

  /** The number that the next message will have. */
  long nextNumber() {
    return open("number").getNextPublishSeqNo();
  }

  /**
   * Writes a message, which gets the number that was next; may wait for the broker to read. Any
   * exception means a lost channel.
   */
  void send(int partition, byte[] body, long publishedAt) throws IOException {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .contentType("application/json")
            .deliveryMode(2)
            .headers(Map.of(PUBLISHED_AT, publishedAt))
            .build();
    open("send")
        .basicPublish(
            topology.exchange(stream), topology.routingKey(partition), true, properties, body);
  }

  private Channel open(String what) {
    Channel open = channel;
    if (open == null) {
      throw new IllegalStateException(what + ": no channel (expected: an open one)");
    }
    return open;
  }
}
