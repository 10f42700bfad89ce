package im.hongyan.model.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import im.hongyan.model.HongyanException;
import java.util.Arrays;
import java.util.Locale;

/** What kind of content a message has. */
public enum ContentType {
  /** Plain text in {@code text}. */
  TEXT,
  /** Pictures in {@code images}. */
  IMAGES,
  /** Films in {@code videos}. */
  VIDEOS,
  /** Any files in {@code files}. */
  FILES,
  /** Recordings in {@code audios}. */
  AUDIOS,
  /** A web address with its preview in {@code link}. */
  LINK,
  /** Something of the application's that is passed on in {@code share}. */
  SHARE,
  /** An answer to the message in {@code reference}. */
  REFERENCE,
  /** An invitation to an audio call. */
  LIVEAUDIO,
  /** An invitation to a video call. */
  LIVEVIDEO,
  /** What the server tells the members of a session; no client may send it. */
  SYSTEM,
  /** Opaque to the suite, for the application. */
  CUSTOM;

  /** The name on the wire. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type of a wire name.
   *
   * @throws HongyanException BAD_REQUEST where there is none
   */
  @JsonCreator
  public static ContentType of(String wireName) {
    for (ContentType type : values()) {
      if (type.wireName().equals(wireName)) {
        return type;
      }
    }
    throw HongyanException.badRequest(
        "content.type: \"%.40s\" (expected: one of %s)",
        wireName, Arrays.stream(values()).map(ContentType::wireName).toList());
  }
}
