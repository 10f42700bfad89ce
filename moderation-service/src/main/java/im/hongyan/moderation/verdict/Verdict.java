package im.hongyan.moderation.verdict;

import im.hongyan.model.wire.Content;
import java.util.List;

/** What is decided about a content. */
public sealed interface Verdict {
  /** The name in metrics and in the dead queue. */
  String name();

  /** Receivers get it as it is. */
  record Pass() implements Verdict {
    /** The only instance that is needed. */
    public static final Pass PASS = new Pass();

    @Override
    public String name() {
      return "pass";
    }
  }

  /**
   * Receivers get it with the hits masked.
   *
   * @param deal what receivers get
   * @param rules the words that were hit, as they stand in their list
   */
  record Mask(Content deal, List<String> rules) implements Verdict {
    /** Copies the list. */
    public Mask {
      rules = List.copyOf(rules);
    }

    @Override
    public String name() {
      return "mask";
    }
  }

  /**
   * Nobody gets it.
   *
   * @param reason which rule refused it
   */
  record Reject(String reason) implements Verdict {
    @Override
    public String name() {
      return "reject";
    }
  }

  /**
   * A human decides.
   *
   * @param reason which rule asks for a human
   */
  record Review(String reason) implements Verdict {
    @Override
    public String name() {
      return "review";
    }
  }
}
