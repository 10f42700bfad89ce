package im.hongyan.moderation.verdict;

import im.hongyan.model.wire.Content;

/** Decides about contents: word lists now, providers later. Safe for use by many threads. */
@FunctionalInterface
public interface ContentModerator {
  /**
   * Decides about one content. Called on a partition's own thread, which may wait.
   *
   * @throws RuntimeException when it cannot decide now; the content comes again
   */
  Verdict moderate(Content content);
}
