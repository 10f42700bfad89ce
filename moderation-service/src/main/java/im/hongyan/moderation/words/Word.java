package im.hongyan.moderation.words;

import java.util.BitSet;

/**
 * A word or phrase of a list.
 *
 * @param listed as it stands in the list
 * @param folded what is looked for
 * @param gaps before which folded characters the list itself has a gap
 * @param kind what a hit means
 */
record Word(String listed, String folded, BitSet gaps, Kind kind) {
  /** What a hit of a word means. */
  enum Kind {
    /** It is masked. */
    MASK,
    /** Whatever it is in reaches nobody. */
    REJECT,
    /** It is left as it is, and so are the words within it. */
    ALLOW
  }

  static Word of(Folding folding, String listed, Kind kind) {
    FoldedText folded = FoldedText.of(folding, listed);
    BitSet gaps = new BitSet();
    for (int i = 1; i < folded.length(); i++) {
      gaps.set(i, folded.gapBefore(i));
    }
    return new Word(listed, folded.toString(), gaps, kind);
  }

  int length() {
    return folded.length();
  }
}
