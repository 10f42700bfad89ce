package im.hongyan.moderation.words;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads lists: UTF-8, one word or phrase a line; empty lines and lines that begin with {@code #}
 * are passed over. The file's name up to its first hyphen or dot says what its words are for. A
 * line that is no word is left out and told of: it takes no other word out of force.
 */
final class WordListReader {
  /** The largest list, in bytes. */
  static final int MAX_BYTES = 16 << 20;

  private static final int MAX_WORD = 100;
  private static final Map<String, Word.Kind> KINDS =
      Map.of("mask", Word.Kind.MASK, "reject", Word.Kind.REJECT, "allow", Word.Kind.ALLOW);

  private final Folding folding;

  WordListReader(Folding folding) {
    this.folding = folding;
  }

  /**
   * Reads one list.
   *
   * @throws WordListException where nothing of it can be taken
   */
  WordList read(String fileName, byte[] bytes) throws WordListException {
    Word.Kind kind = KINDS.get(fileName.split("[-.]", 2)[0].toLowerCase(Locale.ROOT));
    if (kind == null) {
      throw new WordListException(
          fileName
              + ": of no known kind (expected: mask.txt, reject.txt, allow.txt, or such as mask-*.txt)");
    }
    if (bytes.length > MAX_BYTES) {
      throw new WordListException(
          "%s: %d bytes (expected: at most %d)".formatted(fileName, bytes.length, MAX_BYTES));
    }
    List<Word> words = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    int number = 0;
    for (String line : text(fileName, bytes).split("\\R", -1)) {
      number++;
      String listed = line.strip();
      if (!listed.isEmpty() && !listed.startsWith("#")) {
        try {
          words.add(word(fileName, number, listed, kind));
        } catch (WordListException e) {
          problems.add(e.problem());
        }
      }
    }
    return new WordList(words, problems);
  }

  private static String text(String fileName, byte[] bytes) throws WordListException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new WordListException(fileName + ": not UTF-8 (expected: a text file in UTF-8)");
    }
  }

  private Word word(String fileName, int number, String listed, Word.Kind kind)
      throws WordListException {
    if (listed.length() > MAX_WORD) {
      throw new WordListException(
          "%s:%d: %d characters (expected: one word or phrase, at most %d)"
              .formatted(fileName, number, listed.length(), MAX_WORD));
    }
    Word word = Word.of(folding, listed, kind);
    if (word.length() == 0 || (word.length() == 1 && word.folded().charAt(0) < 0x0530)) {
      throw new WordListException(
          "%s:%d: \"%s\" (expected: at least two letters or one ideograph)"
              .formatted(fileName, number, listed));
    }
    return word;
  }
}
