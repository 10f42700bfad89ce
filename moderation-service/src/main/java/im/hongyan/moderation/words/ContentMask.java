package im.hongyan.moderation.words;

import im.hongyan.model.wire.Content;
import im.hongyan.moderation.verdict.Verdict;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Masks words wherever a content has text for people: its own text, titles, names of files, fields
 * that only the application knows. Names of fields, numbers and the order of everything stay. So do
 * values that a mask would break: web addresses, and ids and encoded data in fields that are named
 * so, as long as they are one unbroken run of ASCII characters.
 *
 * <p>For one content.
 */
final class ContentMask {
  /** Fields (in lower case) whose values machines read; so are those that end in {@code Id}. */
  private static final Set<String> FOR_MACHINES =
      Set.of(
          "id",
          "_id",
          "ids",
          "url",
          "uri",
          "href",
          "src",
          "path",
          "key",
          "token",
          "type",
          "kind",
          "mime",
          "mimetype",
          "contenttype",
          "format",
          "codec",
          "hash",
          "md5",
          "sha1",
          "sha256",
          "etag",
          "signature",
          "checksum",
          "blurhash",
          "thumbhash",
          "waveform",
          "thumb",
          "thumbnail",
          "poster",
          "cover",
          "avatar",
          "session",
          "sender",
          "user");

  /** The field that the strings of a list of pictures, films, files or recordings stand in. */
  private static final String LINK = "url";

  private static final String NO_NAME = "";

  private final WordMatcher matcher;
  private final Set<String> rules = new LinkedHashSet<>();
  private final Set<String> rejected = new LinkedHashSet<>();

  private ContentMask(WordMatcher matcher) {
    this.matcher = matcher;
  }

  static Verdict verdict(WordMatcher matcher, Content content) {
    ContentMask mask = new ContentMask(matcher);
    Content deal = mask.masked(content);
    if (!mask.rejected.isEmpty()) {
      return new Verdict.Reject("words: " + String.join(", ", mask.rejected));
    }
    return mask.rules.isEmpty()
        ? Verdict.Pass.PASS
        : new Verdict.Mask(deal, List.copyOf(mask.rules));
  }

  private Content masked(Content content) {
    return new Content(
        content.type(),
        content.text() == null ? null : text(content.text()),
        links(content.images()),
        links(content.videos()),
        links(content.files()),
        links(content.audios()),
        value(LINK, content.link()),
        value(NO_NAME, content.share()),
        value(NO_NAME, content.reference()),
        fields(content.other()));
  }

  private @Nullable List<Object> links(@Nullable List<Object> list) {
    return list == null ? null : list(LINK, list);
  }

  private @Nullable Object value(String field, @Nullable Object value) {
    return switch (value) {
      case String string -> isForMachines(field, string) ? string : text(string);
      case List<?> list -> list(field, list);
      case Map<?, ?> map -> fields(map);
      case null -> null;
      default -> value;
    };
  }

  private List<Object> list(String field, List<?> list) {
    List<Object> masked = new ArrayList<>(list.size());
    for (Object each : list) {
      masked.add(value(field, each));
    }
    return masked;
  }

  private Map<String, Object> fields(Map<?, ?> map) {
    Map<String, Object> masked = LinkedHashMap.newLinkedHashMap(map.size());
    map.forEach(
        (name, value) -> masked.put(String.valueOf(name), value(String.valueOf(name), value)));
    return masked;
  }

  private String text(String text) {
    return matcher
        .mask(text)
        .map(
            hit -> {
              rules.addAll(hit.rules());
              rejected.addAll(hit.rejected());
              return hit.text();
            })
        .orElse(text);
  }

  private static boolean isForMachines(String field, String value) {
    return isUnbroken(value) && (isNamedSo(field) || isWebAddress(value));
  }

  private static boolean isNamedSo(String field) {
    return FOR_MACHINES.contains(field.toLowerCase(Locale.ROOT))
        || field.endsWith("Id")
        || field.endsWith("Ids")
        || field.endsWith("_id")
        || field.endsWith("Url");
  }

  /** Whether it is of printable ASCII characters alone, without a gap. */
  private static boolean isUnbroken(String value) {
    return value.chars().allMatch(each -> each > ' ' && each < 0x7f);
  }

  private static boolean isWebAddress(String value) {
    if (!value.regionMatches(true, 0, "http", 0, 4)) {
      return false;
    }
    try {
      URI address = new URI(value);
      String scheme = address.getScheme();
      return address.getHost() != null
          && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
