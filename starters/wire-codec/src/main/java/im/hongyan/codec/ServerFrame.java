package im.hongyan.codec;

import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage;

/** What a client reads on its topic. */
public sealed interface ServerFrame {

  /**
   * The answer to a request.
   *
   * @param reply the answer
   */
  record Answer(Reply reply) implements ServerFrame {}

  /**
   * Something that the server tells unasked.
   *
   * @param message what it tells
   */
  record Notice(ServerMessage message) implements ServerFrame {}
}
