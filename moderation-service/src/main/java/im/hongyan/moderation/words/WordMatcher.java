package im.hongyan.moderation.words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One state of all word lists, ready to be looked for. Immutable. */
final class WordMatcher {
  private static final char MASKED = '*';

  private final Folding folding;
  private final List<Word> words;
  private final WordAutomaton automaton;

  /** A word that is both is rejected and not masked, and allowed and neither. */
  WordMatcher(Folding folding, List<Word> words) {
    this.folding = folding;
    // Of equal words the first counts.
    this.words =
        Stream.of(Word.Kind.ALLOW, Word.Kind.REJECT, Word.Kind.MASK)
            .flatMap(kind -> words.stream().filter(word -> word.kind() == kind))
            .toList();
    this.automaton = new WordAutomaton(this.words);
  }

  /**
   * A text with its hits masked.
   *
   * @param text as many code points as before, each of a hit's a star
   * @param rules the words hit, as listed, each once
   * @param rejected those of them for which nobody gets it
   */
  record Masked(String text, List<String> rules, List<String> rejected) {}

  /** How many words there are. */
  int size() {
    return words.size();
  }

  /** The text with all hits masked; empty where there are none. */
  Optional<Masked> mask(String text) {
    FoldedText folded = FoldedText.of(folding, text);
    Found found = new Found(folded);
    automaton.find(folded, found);
    List<Hit> hits = found.masked();
    return hits.isEmpty() ? Optional.empty() : Optional.of(masked(text, folded, hits));
  }

  private Masked masked(String text, FoldedText folded, List<Hit> hits) {
    boolean[] covered = new boolean[text.length()];
    Set<String> rules = new LinkedHashSet<>();
    Set<String> rejected = new LinkedHashSet<>();
    for (Hit hit : hits) {
      for (int i = folded.begin(hit.first()); i < folded.end(hit.last()); i++) {
        covered[i] = true;
      }
      rules.add(hit.word().listed());
      if (hit.word().kind() == Word.Kind.REJECT) {
        rejected.add(hit.word().listed());
      }
    }
    StringBuilder result = new StringBuilder(text.length());
    int width;
    for (int at = 0; at < text.length(); at += width) {
      int codePoint = text.codePointAt(at);
      width = Character.charCount(codePoint);
      result.appendCodePoint(covered[at] ? MASKED : codePoint);
    }
    return new Masked(result.toString(), List.copyOf(rules), List.copyOf(rejected));
  }

  /** A word found, from its first to its last folded character. */
  private record Hit(Word word, int first, int last) {}

  /** Collects the hits of one text. */
  private final class Found implements WordAutomaton.Hits {
    private final FoldedText text;
    private final List<Hit> masked = new ArrayList<>(0);
    private final List<Hit> allowed = new ArrayList<>(0);

    Found(FoldedText text) {
      this.text = text;
    }

    @Override
    public void hit(int index, int last) {
      Word word = words.get(index);
      int first = last - word.length() + 1;
      if (isMeant(word, first, last)) {
        (word.kind() == Word.Kind.ALLOW ? allowed : masked).add(new Hit(word, first, last));
      }
    }

    /**
     * Whether gaps within the hit are an evasion and not the ends of innocent words. Between
     * letters of an alphabet, "f.uck" is meant where nothing is joined to its ends ("pass.hit" is
     * not), "f u c k" where it is spelled out as well ("push it" is not). A listed phrase is meant
     * as whole words only.
     */
    private boolean isMeant(Word word, int first, int last) {
      boolean gaps = !word.gaps().isEmpty();
      boolean spaces = false;
      boolean spelledOut = true;
      for (int i = first + 1; i <= last; i++) {
        boolean gap = text.gapBefore(i);
        spelledOut &= gap;
        if (gap && text.joinsLetters(i) && !word.gaps().get(i - first)) {
          gaps = true;
          spaces |= text.spaceBefore(i);
        }
      }
      return !gaps
          || (text.isBoundary(first) && text.isBoundary(last + 1) && (!spaces || spelledOut));
    }

    /** What is to be masked: the hits that no allowed word covers. */
    List<Hit> masked() {
      if (!masked.isEmpty() && !allowed.isEmpty()) {
        int[] allowedTo = new int[text.length()];
        Arrays.fill(allowedTo, -1);
        allowed.forEach(
            hit -> allowedTo[hit.first()] = Math.max(allowedTo[hit.first()], hit.last()));
        for (int i = 1; i < allowedTo.length; i++) {
          allowedTo[i] = Math.max(allowedTo[i], allowedTo[i - 1]);
        }
        masked.removeIf(hit -> allowedTo[hit.first()] >= hit.last());
      }
      return masked;
    }
  }
}
