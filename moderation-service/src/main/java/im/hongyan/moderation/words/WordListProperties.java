package im.hongyan.moderation.words;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the operator's word lists are.
 *
 * @param wordsDir the folder of his files, read on top of the shipped ones; absent: the shipped
 *     ones alone
 * @param wordsReloadInterval how often the folder is looked at for changes
 */
@ConfigurationProperties("hongyan.moderation")
record WordListProperties(
    @Nullable Path wordsDir, @DefaultValue("2s") Duration wordsReloadInterval) {
  WordListProperties {
    if (!wordsReloadInterval.isPositive()) {
      throw new IllegalArgumentException(
          "hongyan.moderation.words-reload-interval: %s (expected: more than 0)"
              .formatted(wordsReloadInterval));
    }
  }
}
