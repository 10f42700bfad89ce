package im.hongyan.mqtt;

import java.util.concurrent.CompletionStage;

/** Takes the messages of an {@link InboundLink}. */
@FunctionalInterface
public interface InboundHandler {
  /**
   * Takes one message; must not block.
   *
   * @return completes when the message is safe and may be acknowledged; exceptionally when it shall
   *     come again
   */
  CompletionStage<?> onMessage(InboundMessage message);
}
