package im.hongyan.moderation.words;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How one character is folded: compatibility forms (full width, circled, mathematical letters),
 * case, accents, look-alikes of other scripts and traditional characters become one plain form.
 */
final class FoldingRules {
  private static final String SIMPLIFIED = "/data/dictionary/TSCharacters.txt";

  /** Letters of other scripts that look like Latin ones, in lower case and without accents... */
  private static final String LOOK_ALIKES = "авгеіјкмнопрстухѕһԁԛԝѵαβεηικνορτυχωγɡɑ";

  /** ...and the Latin letters, in the same order. */
  private static final String LOOKED_LIKE = "abreijkmhonpctyxshdqwvabenikvoptuxwyga";

  private final Map<Integer, String> traditional = readTraditional();
  private final Map<Integer, Character> lookAlikes = readLookAlikes();

  /** The characters of words that a code point stands for, or the one mark of {@link Folding}. */
  String fold(int codePoint) {
    String compatible = Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKC);
    // Twice, because some capitals fold only by way of their other case (final sigma, dotless i).
    String folded = compatible.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    StringBuilder result = new StringBuilder(2);
    folded.codePoints().forEach(each -> append(each, result));
    if (result.isEmpty()) {
      return Character.toString(kindOf(folded.codePoints().findFirst().orElse(codePoint)));
    }
    return result.toString();
  }

  private void append(int codePoint, StringBuilder result) {
    int plain = withoutAccents(codePoint);
    Character lookAlike = lookAlikes.get(plain);
    String simplified = traditional.get(plain);
    if (lookAlike != null) {
      result.append(lookAlike.charValue());
    } else if (simplified != null) {
      result.append(simplified);
    } else if (Character.isLetterOrDigit(plain) && !isFiller(plain)) {
      result.appendCodePoint(plain);
    }
  }

  private static int withoutAccents(int codePoint) {
    return switch (Character.UnicodeScript.of(codePoint)) {
      case LATIN, GREEK, CYRILLIC ->
          Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFD).codePointAt(0);
      default -> codePoint;
    };
  }

  private static char kindOf(int codePoint) {
    if (Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)) {
      return Folding.SPACE;
    }
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.CONTROL,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          Folding.NOTHING;
      default -> isFiller(codePoint) ? Folding.NOTHING : Folding.SYMBOL;
    };
  }

  /** Letters by class, blank to the eye. */
  private static boolean isFiller(int codePoint) {
    return codePoint == 0x115F || codePoint == 0x1160 || codePoint == 0x3164 || codePoint == 0xFFA0;
  }

  private static Map<Integer, Character> readLookAlikes() {
    Map<Integer, Character> map = new HashMap<>();
    for (int i = 0; i < LOOK_ALIKES.length(); i++) {
      map.put((int) LOOK_ALIKES.charAt(i), LOOKED_LIKE.charAt(i));
    }
    return Map.copyOf(map);
  }

  /** Each line: the traditional character, a tab, its simplified forms, the usual one first. */
  private static Map<Integer, String> readTraditional() {
    Map<Integer, String> map = new HashMap<>();
    try (InputStream file = FoldingRules.class.getResourceAsStream(SIMPLIFIED)) {
      if (file == null) {
        throw new IllegalStateException(
            SIMPLIFIED + ": not on the class path (expected: opencc4j)");
      }
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
      lines
          .lines()
          .map(line -> line.split("[\t ]+", -1))
          .forEach(
              fields ->
                  Arrays.stream(fields)
                      .filter(form -> !form.isEmpty() && !form.equals(fields[0]))
                      .findFirst()
                      .ifPresent(form -> map.put(fields[0].codePointAt(0), form)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(map);
  }
}
