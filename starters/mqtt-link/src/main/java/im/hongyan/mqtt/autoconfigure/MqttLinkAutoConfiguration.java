package im.hongyan.mqtt.autoconfigure;

import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.tcp.LinkContext;
import im.hongyan.mqtt.tcp.MqttLinkProperties;
import im.hongyan.mqtt.tcp.TcpClientPublisher;
import im.hongyan.mqtt.tcp.TcpInboundLink;
import im.hongyan.mqtt.tcp.TlsMaterial;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * The link over TCP. A context that defines its own {@link InboundLink} or {@link ClientPublisher}
 * (a broker in the same process) keeps it; {@code hongyan.mqtt.enabled=false} switches all off.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnProperty(name = "hongyan.mqtt.enabled", matchIfMissing = true)
@EnableConfigurationProperties(MqttLinkProperties.class)
public final class MqttLinkAutoConfiguration {
  /** Connects only when somebody starts it. */
  @Bean
  @ConditionalOnMissingBean(InboundLink.class)
  TcpInboundLink inboundLink(
      MqttLinkProperties properties,
      ObjectProvider<SslBundles> bundles,
      ObjectProvider<MeterRegistry> meters,
      Environment environment) {
    return new TcpInboundLink(
        context(properties, bundles, meters), clientId(properties, environment, "in"));
  }

  /** Connects in the background as soon as it exists. */
  @Bean
  @ConditionalOnMissingBean(ClientPublisher.class)
  TcpClientPublisher clientPublisher(
      MqttLinkProperties properties,
      ObjectProvider<SslBundles> bundles,
      ObjectProvider<MeterRegistry> meters,
      Environment environment) {
    return new TcpClientPublisher(
        context(properties, bundles, meters), clientId(properties, environment, "out"));
  }

  private static LinkContext context(
      MqttLinkProperties properties,
      ObjectProvider<SslBundles> bundles,
      ObjectProvider<MeterRegistry> meters) {
    return new LinkContext(
        properties,
        tls(properties.tls(), bundles),
        meters.getIfAvailable(CompositeMeterRegistry::new),
        InstantSource.system(),
        RandomGenerator.getDefault());
  }

  private static TlsMaterial tls(MqttLinkProperties.Tls tls, ObjectProvider<SslBundles> bundles) {
    if (!tls.enabled() || tls.bundle().isEmpty()) {
      return TlsMaterial.OF_THE_JDK;
    }
    SslManagerBundle managers = bundles.getObject().getBundle(tls.bundle()).getManagers();
    return new TlsMaterial(managers.getKeyManagerFactory(), managers.getTrustManagerFactory());
  }

  /** Two services of one host must not take over each other's connection: the name is in the id. */
  private static String clientId(
      MqttLinkProperties properties, Environment environment, String half) {
    String service = environment.getProperty("spring.application.name", "service");
    String instance = properties.instance().isEmpty() ? hostName() : properties.instance();
    return String.join("-", properties.clientIdPrefix(), service, instance, half);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
