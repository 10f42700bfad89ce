package im.hongyan.ingest.forward;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.session.client.SessionServiceClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Those whom ingest asks. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ForwardConfiguration.ForwardProperties.class)
class ForwardConfiguration {

  /**
   * How other services are asked.
   *
   * @param questionsAtATime how many questions may be under way; more are answered UNAVAILABLE
   * @param questionsOfUser how many of them for one user; more are answered RATE_LIMITED
   * @param heartbeatsWithin so long heartbeats wait for others, to be told of together; so long at
   *     most the MQTT acknowledgements of what their connections publish after them wait as well
   * @param rememberedTokens of how many devices the last good token is remembered
   * @param tokenExpiry how long it is remembered; then a message that carries it asks again
   */
  @ConfigurationProperties("hongyan.ingest.forward")
  record ForwardProperties(
      @DefaultValue("2000") int questionsAtATime,
      @DefaultValue("32") int questionsOfUser,
      @DefaultValue("200ms") Duration heartbeatsWithin,
      @DefaultValue("100000") int rememberedTokens,
      @DefaultValue("5m") Duration tokenExpiry) {
    ForwardProperties {
      positive("questions-at-a-time", questionsAtATime);
      positive("questions-of-user", questionsOfUser);
    }

    private static void positive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(
            "hongyan.ingest.forward.%s: %d (expected: at least 1)".formatted(name, value));
      }
    }
  }

  @Bean
  Questions questions(ForwardProperties properties) {
    // Not an executor bean: Spring Boot would take it for the application's own.
    return new Questions(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("question-", 0).factory()),
        properties.questionsAtATime(),
        properties.questionsOfUser());
  }

  @Bean
  ConnectionCommands connectionCommands(
      AuthBridgeClient authBridge, Questions questions, ForwardProperties properties) {
    return new ConnectionCommands(
        authBridge,
        questions,
        properties.heartbeatsWithin(),
        properties.rememberedTokens(),
        properties.tokenExpiry());
  }

  @Bean
  SessionCommands sessionCommands(SessionServiceClient sessions, Questions questions) {
    return new SessionCommands(sessions, questions);
  }
}
