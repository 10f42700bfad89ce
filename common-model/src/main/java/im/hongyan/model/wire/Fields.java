package im.hongyan.model.wire;

import im.hongyan.model.HongyanException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks of single fields; each failure names the field, what was found and what was expected. */
final class Fields {
  private Fields() {}

  static <T> T required(String field, @Nullable T value, String expected) {
    if (value == null) {
      throw HongyanException.badRequest("%s: missing (expected: %s)", field, expected);
    }
    return value;
  }

  static String text(String field, @Nullable String value, int maxLength) {
    String text = required(field, value, "1 to " + maxLength + " characters");
    if (text.isEmpty() || text.length() > maxLength) {
      throw HongyanException.badRequest(
          "%s: %d characters (expected: 1 to %d)", field, text.length(), maxLength);
    }
    return text;
  }

  static @Nullable String optionalText(String field, @Nullable String value, int maxLength) {
    if (value != null && value.length() > maxLength) {
      throw HongyanException.badRequest(
          "%s: %d characters (expected: at most %d)", field, value.length(), maxLength);
    }
    return value;
  }

  static <T> List<T> nonEmptyList(String field, @Nullable List<T> value, String expected) {
    List<T> list = list(field, required(field, value, expected));
    if (list.isEmpty()) {
      throw HongyanException.badRequest("%s: empty (expected: %s)", field, expected);
    }
    return list;
  }

  static <T> List<T> list(String field, List<T> value) {
    if (value.stream().anyMatch(Objects::isNull)) {
      throw HongyanException.badRequest("%s: holds a null (expected: none)", field);
    }
    return List.copyOf(value);
  }

  static void range(String field, @Nullable Integer value, int min, int max) {
    if (value != null && (value < min || value > max)) {
      throw HongyanException.badRequest("%s: %d (expected: %d to %d)", field, value, min, max);
    }
  }

  static long atLeast(String field, long value, long min) {
    if (value < min) {
      throw HongyanException.badRequest("%s: %d (expected: at least %d)", field, value, min);
    }
    return value;
  }
}
