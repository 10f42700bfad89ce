package im.hongyan.chat;

import im.hongyan.model.UserId;
import tools.jackson.databind.JsonNode;

/**
 * A message that has arrived.
 *
 * @param session in which conversation
 * @param seq its place there
 * @param sender who sent it
 * @param content as it was sent, after moderation
 */
public record Incoming(String session, long seq, UserId sender, JsonNode content) {
  /** The content as one line. */
  public String line() {
    String text = content.path("text").asString("");
    return text.isEmpty() ? content.toString() : text;
  }

  /** Whether it is from the system and not from a human. */
  public boolean system() {
    return content.path("type").asString("").equals("system");
  }
}
