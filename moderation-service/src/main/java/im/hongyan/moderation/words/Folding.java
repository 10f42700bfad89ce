package im.hongyan.moderation.words;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * What one character counts as when words are looked for: letters fold to one plain form, symbols
 * and spaces count as gaps, invisible characters as nothing. Words and texts are folded by the same
 * rules. Thread-safe: each code point is computed once, on first use, whatever its plane and
 * however many characters it stands for, since a message may be made of the dearest alone; two
 * threads that meet over one compute the same.
 */
final class Folding {
  /** Nothing is there: zero-width characters, accents, other format and control characters. */
  static final char NOTHING = 1;

  /** White space. */
  static final char SPACE = 2;

  /** Punctuation or another symbol. */
  static final char SYMBOL = 3;

  /**
   * How many characters one may stand for; what follows is cut off, in lists and texts alike. All
   * of Unicode but one ligature, a phrase of 15 letters, stays below it.
   */
  static final int MAX_EXPANSION = 8;

  private static final char UNKNOWN = 0;

  /** Several characters: ask {@link #several}. */
  private static final char SEVERAL = 4;

  private static final char LAST_MARK = SEVERAL;

  private static final int PAGE_BITS = 8;
  private static final int PAGE_SIZE = 1 << PAGE_BITS;

  private final IntFunction<String> rules;

  /** What is known of each code point; pages come with the first use of one of theirs. */
  private final char[][] pages = new char[(Character.MAX_CODE_POINT + 1) >> PAGE_BITS][];

  /** Of the few thousand code points that stand for several characters. */
  private final Map<Integer, String> several = new ConcurrentHashMap<>();

  Folding() {
    this(new FoldingRules()::fold);
  }

  /** {@code rules}: the characters of words that a code point stands for, or the one mark. */
  Folding(IntFunction<String> rules) {
    this.rules = rules;
  }

  /**
   * What a code point counts as, when that is one character.
   *
   * @return a character, {@link #NOTHING}, {@link #SPACE} or {@link #SYMBOL}; {@link #isSeveral}
   *     for all others
   */
  char fold(int codePoint) {
    char[] page = pages[codePoint >> PAGE_BITS];
    char known = page == null ? UNKNOWN : page[codePoint & (PAGE_SIZE - 1)];
    return known == UNKNOWN ? learn(codePoint) : known;
  }

  private char learn(int codePoint) {
    String folded = rules.apply(codePoint);
    char known = SEVERAL;
    if (folded.length() == 1) {
      known = folded.charAt(0);
    } else {
      several.put(codePoint, shortened(folded));
    }
    char[] page = pages[codePoint >> PAGE_BITS];
    if (page == null) {
      page = new char[PAGE_SIZE];
      pages[codePoint >> PAGE_BITS] = page;
    }
    page[codePoint & (PAGE_SIZE - 1)] = known;
    return known;
  }

  private static String shortened(String folded) {
    return folded.length() <= MAX_EXPANSION ? folded : folded.substring(0, MAX_EXPANSION);
  }

  /** Whether the result of {@link #fold} stands for several characters. */
  static boolean isSeveral(char folded) {
    return folded == SEVERAL;
  }

  /** Whether the result of {@link #fold} is a character of a word. */
  static boolean isWord(char folded) {
    return folded > LAST_MARK;
  }

  /** The characters that a code point counts as, where they are several: a ligature, one half. */
  String several(int codePoint) {
    String known = several.get(codePoint);
    return known == null ? shortened(rules.apply(codePoint)) : known;
  }
}
