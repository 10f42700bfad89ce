package im.hongyan.amqp;

import com.rabbitmq.client.Channel;

/** What the threads of a {@link PublishChannel} tell its owner. */
sealed interface ChannelNews {
  record Opened(Channel channel) implements ChannelNews {}

  record NotOpened(Throwable cause) implements ChannelNews {}

  record Closed(Channel channel, String reason) implements ChannelNews {}

  /** The broker has, or does not take, a message (and all before it, if multiple). */
  record Answered(Channel from, long number, boolean multiple, boolean confirmed)
      implements ChannelNews {}

  /** No queue took a message. */
  record Returned(Channel from, String reason) implements ChannelNews {}
}
