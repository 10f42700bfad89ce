package im.hongyan.push.pushing;

import im.hongyan.model.DeliveryId;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.nio.charset.StandardCharsets;

/**
 * A {@code msg_push} without its receiver: the JSON is written once for a message and shared by all
 * its receivers; only {@code messagesendId} is put in for each. Ids are of characters that JSON
 * does not escape.
 */
public final class EncodedPush {
  private static final byte[] HEAD =
      "{\"type\":\"msg_push\",\"messagesendId\":\"".getBytes(StandardCharsets.US_ASCII);

  private final long createdAt;
  private final byte[] tail;

  private EncodedPush(long createdAt, byte[] tail) {
    this.createdAt = createdAt;
    this.tail = tail;
  }

  /**
   * Writes everything but the receiver's part.
   *
   * @param seq the message's place in its session
   * @param content the JSON of what receivers get
   * @param expire seconds after {@code createdAt}; 0 is never
   * @param createdAt milliseconds since 1970
   */
  public static EncodedPush of(
      MessageId message,
      SessionId session,
      long seq,
      UserId sender,
      byte[] content,
      int expire,
      long createdAt) {
    byte[] before =
        ("\",\"messagerecvId\":\""
                + message.value()
                + "\",\"session\":\""
                + session.value()
                + "\",\"seq\":"
                + seq
                + ",\"sender\":\""
                + sender.value()
                + "\",\"content\":")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] after =
        (",\"expire\":" + expire + ",\"createdAt\":" + createdAt + "}")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] tail = new byte[before.length + content.length + after.length];
    System.arraycopy(before, 0, tail, 0, before.length);
    System.arraycopy(content, 0, tail, before.length, content.length);
    System.arraycopy(after, 0, tail, before.length + content.length, after.length);
    return new EncodedPush(createdAt, tail);
  }

  /** The JSON for one receiver, as an array of its own. */
  public byte[] to(DeliveryId delivery) {
    byte[] id = delivery.value().getBytes(StandardCharsets.US_ASCII);
    byte[] json = new byte[HEAD.length + id.length + tail.length];
    System.arraycopy(HEAD, 0, json, 0, HEAD.length);
    System.arraycopy(id, 0, json, HEAD.length, id.length);
    System.arraycopy(tail, 0, json, HEAD.length + id.length, tail.length);
    return json;
  }

  /** When it was accepted, milliseconds since 1970. */
  public long createdAt() {
    return createdAt;
  }
}
