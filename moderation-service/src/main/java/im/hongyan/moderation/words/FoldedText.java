package im.hongyan.moderation.words;

import java.util.Arrays;

/**
 * A text as words are looked for in it: its folded characters, where in the text each begins and
 * ends, and what stood between them.
 */
final class FoldedText {
  private static final int ALPHABETS_END = 0x0530;

  private char[] chars;
  private int[] begins;
  private int[] ends;
  private char[] gapsBefore;
  private int length;

  private FoldedText(int capacity) {
    chars = new char[capacity];
    begins = new int[capacity];
    ends = new int[capacity];
    gapsBefore = new char[capacity];
  }

  static FoldedText of(Folding folding, String text) {
    FoldedText folded = new FoldedText(text.length());
    char gap = Folding.NOTHING;
    int width;
    for (int at = 0; at < text.length(); at += width) {
      int codePoint = text.codePointAt(at);
      width = Character.charCount(codePoint);
      char one = folding.fold(codePoint);
      if (Folding.isWord(one)) {
        folded.add(one, at, at + width, gap);
        gap = Folding.NOTHING;
      } else if (Folding.isSeveral(one)) {
        String several = folding.several(codePoint);
        for (int i = 0; i < several.length(); i++) {
          folded.add(several.charAt(i), at, at + width, i == 0 ? gap : Folding.NOTHING);
        }
        gap = Folding.NOTHING;
      } else if (one == Folding.SPACE || (one == Folding.SYMBOL && gap != Folding.SPACE)) {
        gap = one;
      }
    }
    return folded;
  }

  private void add(char one, int begin, int end, char gapBefore) {
    if (length == chars.length) {
      int capacity = length + length / 2 + 8;
      chars = Arrays.copyOf(chars, capacity);
      begins = Arrays.copyOf(begins, capacity);
      ends = Arrays.copyOf(ends, capacity);
      gapsBefore = Arrays.copyOf(gapsBefore, capacity);
    }
    chars[length] = one;
    begins[length] = begin;
    ends[length] = end;
    gapsBefore[length] = gapBefore;
    length++;
  }

  int length() {
    return length;
  }

  char charAt(int index) {
    return chars[index];
  }

  /** Where in the text the folded character begins. */
  int begin(int index) {
    return begins[index];
  }

  /** Where in the text the folded character ends, exclusive. */
  int end(int index) {
    return ends[index];
  }

  /** Whether something visible stood before the folded character. */
  boolean gapBefore(int index) {
    return gapsBefore[index] != Folding.NOTHING;
  }

  /** Whether white space stood before the folded character. */
  boolean spaceBefore(int index) {
    return gapsBefore[index] == Folding.SPACE;
  }

  /**
   * Whether the characters before and at {@code index} are letters of an alphabet, whose words are
   * told apart by gaps; in other scripts a gap within a word means nothing.
   */
  boolean joinsLetters(int index) {
    return index > 0
        && index < length
        && chars[index - 1] < ALPHABETS_END
        && chars[index] < ALPHABETS_END;
  }

  /** Whether a word may begin or end before the folded character at {@code index}. */
  boolean isBoundary(int index) {
    return !joinsLetters(index) || gapBefore(index);
  }

  @Override
  public String toString() {
    return new String(chars, 0, length);
  }
}
