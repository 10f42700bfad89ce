package im.hongyan.ingest.routing;

import im.hongyan.codec.WireCodec;
import im.hongyan.ingest.activity.ActivityReports;
import im.hongyan.ingest.forward.ConnectionCommands;
import im.hongyan.ingest.forward.SessionCommands;
import im.hongyan.ingest.limit.SenderRateLimit;
import im.hongyan.ingest.message.Acknowledgements;
import im.hongyan.ingest.message.EditingNotices;
import im.hongyan.ingest.message.MessageChanges;
import im.hongyan.ingest.message.ReadReports;
import im.hongyan.ingest.message.SendMessages;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/** The way from bytes to handlers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RoutingConfiguration.RoutingProperties.class)
class RoutingConfiguration {

  /**
   * How much may wait for an earlier command of its sender.
   *
   * @param maxWaitingOfSender commands of one sender; more are answered RATE_LIMITED
   * @param maxWaitingSizeOfSender their bytes as sent, likewise
   * @param maxWaiting commands of all together; more are answered UNAVAILABLE
   * @param maxWaitingSize their bytes as sent, likewise
   */
  @ConfigurationProperties("hongyan.ingest.routing")
  record RoutingProperties(
      @DefaultValue("1000") int maxWaitingOfSender,
      @DefaultValue("4MB") DataSize maxWaitingSizeOfSender,
      @DefaultValue("50000") int maxWaiting,
      @DefaultValue("64MB") DataSize maxWaitingSize) {
    SenderLanes lanes() {
      return new SenderLanes(
          new SenderLanes.Room(maxWaitingOfSender, maxWaitingSizeOfSender.toBytes()),
          new SenderLanes.Room(maxWaiting, maxWaitingSize.toBytes()));
    }
  }

  @Bean
  WireCodec wireCodec() {
    return new WireCodec();
  }

  @Bean
  CommandHandlers commandHandlers(
      ConnectionCommands connections,
      SessionCommands sessions,
      SendMessages messages,
      MessageChanges changes,
      Acknowledgements acknowledgements,
      ReadReports reads,
      EditingNotices editing) {
    return new CommandHandlers(
        connections, sessions, messages, changes, acknowledgements, reads, editing);
  }

  @Bean
  CommandRouter commandRouter(
      WireCodec codec,
      SenderRateLimit limit,
      RoutingProperties properties,
      ConnectionCommands connections,
      CommandHandlers handlers,
      ActivityReports activity,
      MeterRegistry meters) {
    SenderLanes lanes = properties.lanes();
    return new CommandRouter(
        codec,
        limit,
        lanes,
        connections,
        handlers::handle,
        activity,
        new IngestMeters(meters, lanes));
  }
}
