package im.hongyan.moderation.words;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/** Moderation by word lists. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(WordListProperties.class)
class WordListConfiguration {

  @Bean
  WordListModerator wordListModerator(WordListProperties properties, MeterRegistry meters) {
    Folding folding = new Folding();
    WordListModerator moderator =
        new WordListModerator(
            folding, new WordListFolder(new WordListReader(folding), properties.wordsDir()));
    Gauge.builder("hongyan.moderation.words", moderator, WordListModerator::words)
        .description("words in force")
        .register(meters);
    Gauge.builder("hongyan.moderation.words.broken", moderator, WordListModerator::problems)
        .description("lines and files of the word lists that cannot be taken; the rest is in force")
        .register(meters);
    return moderator;
  }

  @Bean
  SchedulingConfigurer wordListReload(WordListModerator moderator, WordListProperties properties) {
    return tasks ->
        tasks.addFixedDelayTask(moderator::reloadIfChanged, properties.wordsReloadInterval());
  }
}
