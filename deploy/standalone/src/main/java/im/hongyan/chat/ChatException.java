package im.hongyan.chat;

/** What a human is told when a command cannot be done: one sentence. */
public final class ChatException extends RuntimeException {
  /** A sentence that says what was refused or what does not answer. */
  public ChatException(String sentence) {
    super(sentence, null, false, false);
  }
}
