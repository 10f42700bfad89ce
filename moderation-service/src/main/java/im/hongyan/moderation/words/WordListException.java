package im.hongyan.moderation.words;

/** A list cannot be read; the sentence names the file, the line, what was found and expected. */
final class WordListException extends Exception {
  WordListException(String message) {
    super(message, null, false, false);
  }
}
