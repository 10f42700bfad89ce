package im.hongyan.push.message;

import im.hongyan.model.wire.Content;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Content as a document of the database. What such a document cannot hold as it is (numbers with
 * more digits than its types, odd names of fields) is kept as a string of JSON, so that every
 * content comes back as it was.
 */
public final class ContentBson {
  private static final int MAX_DEPTH = 64;

  private final JsonMapper json;

  /** Uses {@code json} for content, and keeps all digits of its numbers. */
  public ContentBson(JsonMapper json) {
    this.json = json.rebuild().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  }

  /** The JSON of a content. */
  public byte[] toJson(Content content) {
    return json.writeValueAsBytes(content);
  }

  /** The JSON of what {@link #toBson} made. */
  public byte[] toJson(Object bson) {
    return bson instanceof String text
        ? text.getBytes(StandardCharsets.UTF_8)
        : json.writeValueAsBytes(bson);
  }

  /** The content as it stands within another one. */
  public Map<String, Object> toMap(Content content) {
    return json.readValue(toJson(content), new TypeReference<Map<String, Object>>() {});
  }

  /** The content of a JSON that {@link #toJson} made. */
  public Content fromJson(byte[] content) {
    return json.readValue(content, Content.class);
  }

  /** What the database gets. */
  public Object toBson(Content content) {
    Document document = new Document("type", content.type().wireName());
    put(document, "text", content.text());
    put(document, "images", content.images());
    put(document, "videos", content.videos());
    put(document, "files", content.files());
    put(document, "audios", content.audios());
    put(document, "link", content.link());
    put(document, "share", content.share());
    put(document, "reference", content.reference());
    document.putAll(content.other());
    document.replaceAll((field, value) -> withDoubles(value));
    return fits(document, 0) ? document : json.writeValueAsString(content);
  }

  private static void put(Document document, String field, @Nullable Object value) {
    if (value != null) {
      document.put(field, value);
    }
  }

  /** Decimals that a double writes in the same way become one, as databases count with those. */
  private static @Nullable Object withDoubles(@Nullable Object value) {
    return switch (value) {
      case BigDecimal number when number.toString().equals(Double.toString(number.doubleValue())) ->
          number.doubleValue();
      case List<?> list -> list.stream().map(ContentBson::withDoubles).toList();
      case Map<?, ?> map -> {
        Map<Object, @Nullable Object> changed = new LinkedHashMap<>();
        map.forEach((name, inner) -> changed.put(name, withDoubles(inner)));
        yield changed;
      }
      case null, default -> value;
    };
  }

  private static boolean fits(@Nullable Object value, int depth) {
    return switch (value) {
      case null -> true;
      case String s -> true;
      case Boolean b -> true;
      case Integer i -> true;
      case Long l -> true;
      case Double d -> true;
      case List<?> list -> depth < MAX_DEPTH && list.stream().allMatch(e -> fits(e, depth + 1));
      case Map<?, ?> map ->
          depth < MAX_DEPTH
              && map.entrySet().stream()
                  .allMatch(e -> plainName(e.getKey()) && fits(e.getValue(), depth + 1));
      default -> false;
    };
  }

  private static boolean plainName(Object name) {
    return name instanceof String text
        && !text.isEmpty()
        && !text.startsWith("$")
        && text.indexOf('.') < 0
        && text.indexOf('\0') < 0;
  }
}
