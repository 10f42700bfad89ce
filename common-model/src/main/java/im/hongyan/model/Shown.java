package im.hongyan.model;

import org.jspecify.annotations.Nullable;

/** Shows a value that came from outside in an error message: quoted, cut, no control characters. */
final class Shown {
  private static final int MAX_SHOWN = 80;

  private Shown() {}

  static String of(@Nullable Object value) {
    if (value == null) {
      return "nothing";
    }
    String text = value.toString();
    String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    StringBuilder shown = new StringBuilder("\"");
    cut.chars().forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
    return shown.append('"').toString();
  }
}
