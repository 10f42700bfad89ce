package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.hongyan.amqp.Streams.Letter;
import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.amqp.EmbeddedAmqpOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class AmqpPartitionsAutoConfigurationIT {
  private static EmbeddedAmqp broker;

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  RabbitAutoConfiguration.class, AmqpPartitionsAutoConfiguration.class));

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inMemory());
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Configuration(proxyBeanMethods = false)
  static class Post {
    @Bean
    List<Letter> received() {
      return new CopyOnWriteArrayList<>();
    }

    @Bean
    StreamPublisher<Letter> publisher(StreamFactory streams) {
      return streams.publisher("post", Streams.CODEC);
    }

    @Bean
    StreamConsumer consumer(StreamFactory streams, List<Letter> received) {
      return streams.consumer("post", Streams.CODEC, (partition, batch) -> received.addAll(batch));
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void aServicePublishesAndConsumesInTwoLines() {
    context
        .withUserConfiguration(Post.class)
        .withPropertyValues("spring.rabbitmq.addresses=" + broker.uri())
        .run(
            running -> {
              StreamPublisher<Letter> publisher = running.getBean(StreamPublisher.class);
              publisher.publish("a", new Letter("a", 1, "hi")).get(10, TimeUnit.SECONDS);
              List<Letter> received = running.getBean("received", List.class);
              await().until(() -> received.size() == 1);
              HealthIndicator health = running.getBean(HealthIndicator.class);
              await().until(() -> health.health().getStatus().equals(Status.UP));
              assertThat(health.health().getDetails()).containsEntry("post", "8 partitions");
            });
  }

  @Test
  void withoutABrokerTheServiceStartsAndSaysItIsNotReady() {
    context
        .withUserConfiguration(Post.class)
        .withPropertyValues("spring.rabbitmq.addresses=amqp://127.0.0.1:1")
        .run(
            running -> {
              HealthIndicator health = running.getBean(HealthIndicator.class);
              assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
            });
  }

  @Test
  void defaultsAreThese() {
    context.run(
        running ->
            assertThat(running.getBean(AmqpProperties.class))
                .isEqualTo(
                    new AmqpProperties(
                        8,
                        true,
                        10_000,
                        DataSize.ofMegabytes(32),
                        1,
                        256,
                        DataSize.ofKilobytes(64),
                        Duration.ofSeconds(10),
                        32,
                        Duration.ofMillis(50),
                        500,
                        DataSize.ofMegabytes(1),
                        Duration.ofMillis(500),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(5),
                        5,
                        Duration.ofSeconds(2))));
  }

  @Test
  void aValueOutOfRangeIsNamed() {
    context
        .withPropertyValues("hongyan.amqp.tick-interval=10ms")
        .run(
            failed ->
                assertThat(failed.getStartupFailure())
                    .hasRootCauseMessage(
                        "hongyan.amqp.tick-interval: PT0.01S (expected: PT0.05S to PT1H)"));
  }
}
