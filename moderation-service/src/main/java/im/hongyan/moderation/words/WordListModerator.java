package im.hongyan.moderation.words;

import im.hongyan.model.wire.Content;
import im.hongyan.moderation.verdict.ContentModerator;
import im.hongyan.moderation.verdict.Verdict;
import java.io.IOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Masks the words of the lists in all that a content says to people, whatever its type, and rejects
 * what has a word in it that a list says so of. The lists are replaced as a whole while messages
 * are being moderated; lists that cannot be read leave the old ones in force.
 */
final class WordListModerator implements ContentModerator {
  private static final Logger log = LoggerFactory.getLogger(WordListModerator.class);
  private static final int MAX_TOLD = 10;

  private final Folding folding;
  private final WordListFolder folder;

  /** What is in force: replaced by the thread that reloads, read by all. */
  private volatile WordMatcher matcher;

  /** The files last looked at, good or not; only the thread that reloads touches it. */
  private WordListFolder.@Nullable State seen;

  private volatile int problems;

  WordListModerator(Folding folding, WordListFolder folder) {
    this.folding = folding;
    this.folder = folder;
    this.matcher = new WordMatcher(folding, folder.shipped());
    reloadIfChanged();
  }

  @Override
  public Verdict moderate(Content content) {
    return ContentMask.verdict(matcher, content);
  }

  /** Reads the lists where a file has changed since the last time. */
  synchronized void reloadIfChanged() {
    try {
      WordListFolder.State now = folder.state();
      if (now.equals(seen)) {
        return;
      }
      WordList lists = folder.all();
      seen = now;
      matcher = new WordMatcher(folding, lists.words());
      problems = lists.problems().size();
      tell(lists);
    } catch (IOException e) {
      // Said once, not with every look.
      if (seen != null || problems == 0) {
        log.error("Word lists cannot be read, the old ones stay in force: {}", e.toString());
      }
      problems = 1;
      seen = null;
    }
  }

  private static void tell(WordList lists) {
    log.info("Word lists in force: {} words", lists.words().size());
    if (!lists.problems().isEmpty()) {
      log.error(
          "Of the word lists {} lines or files are not taken: {}",
          lists.problems().size(),
          lists.problems().stream().limit(MAX_TOLD).collect(Collectors.joining("; ")));
    }
  }

  /** How many words are in force. */
  int words() {
    return matcher.size();
  }

  /** How many lines and files could not be taken as they are now. */
  int problems() {
    return problems;
  }
}
