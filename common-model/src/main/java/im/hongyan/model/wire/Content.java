package im.hongyan.model.wire;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import im.hongyan.model.HongyanException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message says: a type, the field that the type names, and whatever else the application put
 * in, which is kept. At most {@value #MAX_BYTES} bytes as JSON (checked where the JSON is read).
 *
 * @param type what kind of content it is
 * @param text text of {@code text}, or a caption beside another type
 * @param images pictures, as links or as objects with a link
 * @param videos films, likewise
 * @param files files, likewise
 * @param audios recordings, likewise
 * @param link a web address and its preview
 * @param share what is passed on
 * @param reference the message that is answered
 * @param other every further field, kept as it came
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Content(
    ContentType type,
    @Nullable String text,
    @Nullable List<Object> images,
    @Nullable List<Object> videos,
    @Nullable List<Object> files,
    @Nullable List<Object> audios,
    @Nullable Object link,
    @Nullable Object share,
    @Nullable Object reference,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> other) {
  /** The largest content, in bytes of JSON. */
  public static final int MAX_BYTES = 64 * 1024;

  /** Checks that the field which the type names is there. */
  public Content {
    Fields.required("content.type", type, "what kind of content it is");
    // Values may be null, so no Map.copyOf.
    Map<String, Object> given = other == null ? Map.of() : other;
    other = new LinkedHashMap<>(given);
    switch (type) {
      case TEXT -> present("text", text != null && !text.isEmpty());
      case IMAGES -> present("images", images != null && !images.isEmpty());
      case VIDEOS -> present("videos", videos != null && !videos.isEmpty());
      case FILES -> present("files", files != null && !files.isEmpty());
      case AUDIOS -> present("audios", audios != null && !audios.isEmpty());
      case LINK -> present("link", link != null);
      case SHARE -> present("share", share != null);
      case REFERENCE -> present("reference", reference != null);
      case LIVEAUDIO, LIVEVIDEO, SYSTEM, CUSTOM -> {}
    }
  }

  /** Plain text. */
  public static Content ofText(String text) {
    return new Content(ContentType.TEXT, text, null, null, null, null, null, null, null, Map.of());
  }

  /** What the server tells the members of a session; {@code fields} say what happened. */
  public static Content ofSystem(Map<String, Object> fields) {
    return new Content(ContentType.SYSTEM, null, null, null, null, null, null, null, null, fields);
  }

  private static void present(String field, boolean present) {
    if (!present) {
      throw HongyanException.badRequest(
          "content.%s: missing or empty (expected: what the content's type names)", field);
    }
  }
}
