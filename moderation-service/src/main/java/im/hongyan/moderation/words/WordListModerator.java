package im.hongyan.moderation.words;

import im.hongyan.model.wire.Content;
import im.hongyan.moderation.verdict.ContentModerator;
import im.hongyan.moderation.verdict.Verdict;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Masks the words of the lists in all that a content says to people, whatever its type. The lists
 * are replaced as a whole while messages are being moderated; lists that cannot be read leave the
 * old ones in force.
 */
final class WordListModerator implements ContentModerator {
  private static final Logger log = LoggerFactory.getLogger(WordListModerator.class);

  private final Folding folding;
  private final WordListFolder folder;

  /** What is in force: replaced by the thread that reloads, read by all. */
  private volatile WordMatcher matcher;

  /** The files last looked at, good or not; only the thread that reloads touches it. */
  private WordListFolder.@Nullable State seen;

  private volatile boolean broken;

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
      seen = now;
      List<Word> words = folder.all();
      matcher = new WordMatcher(folding, words);
      broken = false;
      log.info("Word lists in force: {} words", words.size());
    } catch (WordListException e) {
      broken = true;
      log.error("Word lists not taken, the old ones stay in force: {}", e.getMessage());
    } catch (IOException e) {
      // Said once, not with every look.
      if (!broken) {
        log.error("Word lists cannot be read, the old ones stay in force: {}", e.toString());
      }
      broken = true;
      seen = null;
    }
  }

  /** How many words are in force. */
  int words() {
    return matcher.size();
  }

  /** Whether the files as they are now could not be taken. */
  boolean isBroken() {
    return broken;
  }
}
