package im.hongyan.mqtt.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.InboundHandler;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.MqttUnavailableException;
import im.hongyan.mqtt.tcp.MqttLinkProperties;
import im.hongyan.mqtt.tcp.TcpClientPublisher;
import im.hongyan.mqtt.tcp.TcpInboundLink;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MqttLinkAutoConfigurationTest {
  /** Port 1 refuses, so that the tests need no broker. */
  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  MqttLinkAutoConfiguration.class, MqttLinkHealthAutoConfiguration.class))
          .withPropertyValues("hongyan.mqtt.host=127.0.0.1", "hongyan.mqtt.port=1");

  @Test
  void withoutABrokerTheContextStartsAndPublishesFailAtOnce() {
    context.run(
        started -> {
          assertThat(started).hasSingleBean(TcpInboundLink.class);
          assertThat(started).hasSingleBean(TcpClientPublisher.class);
          assertThat(started.getBean(HealthIndicator.class).health().getStatus())
              .isEqualTo(Status.DOWN);
          assertThat(
                  started.getBean(ClientPublisher.class).publish("/root/client/a", new byte[0], 1))
              .failsWithin(Duration.ZERO)
              .withThrowableThat()
              .withCauseInstanceOf(MqttUnavailableException.class);
        });
  }

  @Test
  void everyDefaultWorks() {
    context.run(
        started -> {
          MqttLinkProperties properties = started.getBean(MqttLinkProperties.class);
          assertThat(properties.version()).isEqualTo(MqttLinkProperties.Version.MQTT_5);
          assertThat(properties.inbound())
              .isEqualTo(new MqttLinkProperties.Inbound("hongyan", 1_000, Duration.ofHours(1)));
          assertThat(properties.publish()).isEqualTo(new MqttLinkProperties.Publish(20_000));
        });
  }

  @Test
  void wrongSettingNamesItselfAndWhatIsExpected() {
    context
        .withPropertyValues("hongyan.mqtt.inbound.receive-maximum=70000")
        .run(
            started ->
                assertThat(started)
                    .getFailure()
                    .rootCause()
                    .hasMessage(
                        "hongyan.mqtt.inbound.receive-maximum: 70000 (expected: 1 to 65535)"));
  }

  @Test
  void passwordIsNotShown() {
    context
        .withPropertyValues("hongyan.mqtt.username=ingest", "hongyan.mqtt.password=secret")
        .run(
            started ->
                assertThat(started.getBean(MqttLinkProperties.class).toString())
                    .contains("ingest")
                    .doesNotContain("secret"));
  }

  @Test
  void linkOfTheSameProcessTakesThePlaceOfTheAdapter() {
    context
        .withBean(InboundLink.class, NoLink::new)
        .withBean(ClientPublisher.class, NoPublisher::new)
        .run(
            started -> {
              assertThat(started).doesNotHaveBean(TcpInboundLink.class);
              assertThat(started).doesNotHaveBean(TcpClientPublisher.class);
              assertThat(started.getBean(HealthIndicator.class).health().getStatus())
                  .isEqualTo(Status.UP);
            });
  }

  @Test
  void serviceThatOnlyPublishesIsHealthyWithoutAnInboundLink() {
    context
        .withBean(ClientPublisher.class, NoPublisher::new)
        .run(
            started ->
                assertThat(started.getBean(HealthIndicator.class).health().getStatus())
                    .isEqualTo(Status.UP));
  }

  @Test
  void serviceThatIsToReceiveIsDownWhileNothingCanArrive() {
    context
        .withBean(ClientPublisher.class, NoPublisher::new)
        .run(
            started -> {
              started
                  .getBean(InboundLink.class)
                  .start(message -> CompletableFuture.completedFuture(null));

              assertThat(started.getBean(HealthIndicator.class).health().getStatus())
                  .isEqualTo(Status.DOWN);
            });
  }

  private static final class NoLink implements InboundLink {
    @Override
    public void start(InboundHandler handler) {}

    @Override
    public boolean isStarted() {
      return true;
    }

    @Override
    public boolean isConnected() {
      return true;
    }

    @Override
    public void close() {}
  }

  private static final class NoPublisher implements ClientPublisher {
    @Override
    public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isConnected() {
      return true;
    }
  }
}
