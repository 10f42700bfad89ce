package im.hongyan.moderation.words;

/** A list, or a line of one, cannot be taken. */
final class WordListException extends Exception {
  private final String problem;

  /** {@code problem} names the file, the line, what was found and what was expected. */
  WordListException(String problem) {
    super(problem, null, false, false);
    this.problem = problem;
  }

  String problem() {
    return problem;
  }
}
