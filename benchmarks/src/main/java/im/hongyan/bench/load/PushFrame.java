package im.hongyan.bench.load;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The few fields of a server's frame that a load needs, read in one pass: the generator shares the
 * machine with the server and must cost little.
 *
 * @param type the frame's type
 * @param errcode 0 where absent
 * @param retryAfterMs 0 where absent
 * @param clientMsgId of a reply
 * @param deliveryId {@code messagesendId}
 * @param session the session's id
 * @param seq 0 where absent
 * @param text the content's text
 * @param firstResult the first id in {@code result}
 */
record PushFrame(
    String type,
    int errcode,
    long retryAfterMs,
    @Nullable String clientMsgId,
    @Nullable String deliveryId,
    @Nullable String session,
    long seq,
    @Nullable String text,
    @Nullable String firstResult) {
  private static final JsonFactory FACTORY = new JsonFactory();

  /**
   * Reads a frame.
   *
   * @throws JacksonException where it is not JSON
   */
  static PushFrame read(byte[] json) {
    String type = "";
    int errcode = 0;
    long retryAfterMs = 0;
    String clientMsgId = null;
    String deliveryId = null;
    String session = null;
    long seq = 0;
    String text = null;
    String firstResult = null;
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      for (String field = parser.nextName(); field != null; field = parser.nextName()) {
        JsonToken value = parser.nextToken();
        switch (field) {
          case "type" -> type = parser.getString();
          case "errcode" -> errcode = parser.getIntValue();
          case "retryAfterMs" -> retryAfterMs = parser.getLongValue();
          case "clientMsgId" -> clientMsgId = parser.getString();
          case "messagesendId" -> deliveryId = parser.getString();
          case "session" -> session = parser.getString();
          case "seq" -> seq = parser.getLongValue();
          case "content" -> text = text(parser);
          case "result" -> {
            if (value == JsonToken.START_ARRAY) {
              firstResult = parser.nextStringValue();
              while (parser.currentToken() != JsonToken.END_ARRAY) {
                parser.nextToken();
              }
            }
          }
          default -> parser.skipChildren();
        }
      }
    }
    return new PushFrame(
        type, errcode, retryAfterMs, clientMsgId, deliveryId, session, seq, text, firstResult);
  }

  private static @Nullable String text(JsonParser parser) {
    String text = null;
    for (String field = parser.nextName(); field != null; field = parser.nextName()) {
      parser.nextToken();
      if (field.equals("text")) {
        text = parser.getString();
      } else {
        parser.skipChildren();
      }
    }
    return text;
  }
}
