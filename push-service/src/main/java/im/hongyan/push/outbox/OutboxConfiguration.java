package im.hongyan.push.outbox;

import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamConsumer;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.Streams;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.presence.Presence;
import im.hongyan.push.pushing.Pusher;
import im.hongyan.push.store.PushStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The owners of the receivers' outboxes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OutboxProperties.class)
class OutboxConfiguration {
  private static final JacksonCodec<ReceiverEvent> CODEC =
      new JacksonCodec<>(JsonMapper.shared(), ReceiverEvent.class);

  @Bean
  Deliveries deliveries(StreamFactory streams) {
    return new StreamDeliveries(
        streams.publisher(Streams.DELIVERIES, CODEC), streams.partitioner());
  }

  @Bean
  OutboxStore outboxStore(
      PushStore store, ObjectProvider<Clock> clock, OutboxProperties properties) {
    return new MongoOutboxStore(store, clockOf(clock), properties.parallelReads());
  }

  @Bean
  MissedPushes missedPushes(OutboxStore store, MessageStore messages, ObjectProvider<Clock> clock) {
    return new MissedPushes(store, messages, clockOf(clock));
  }

  @Bean
  UnacknowledgedPushes unacknowledgedPushes(
      OutboxStore store, MessageStore messages, ObjectProvider<Clock> clock) {
    return new UnacknowledgedPushes(store, messages, clockOf(clock));
  }

  @Bean
  StreamConsumer outboxConsumer(
      StreamFactory streams,
      OutboxStore store,
      MessageStore messages,
      ContentBson contents,
      Presence presence,
      Pusher pusher,
      ObjectProvider<OutboxListener> listeners,
      Deliveries deliveries,
      MeterRegistry meters,
      ObjectProvider<Clock> clock,
      OutboxProperties properties) {
    List<OutboxListener> all = listeners.orderedStream().toList();
    OutboxTools tools =
        new OutboxTools(
            store,
            messages,
            contents,
            new WireCodec(),
            presence,
            pusher,
            receiver -> all.forEach(listener -> listener.stored(receiver)),
            deliveries,
            new OutboxMetrics(meters),
            clockOf(clock),
            properties);
    return streams.consumer(Streams.DELIVERIES, CODEC, new OutboxHandler(tools));
  }

  private static InstantSource clockOf(ObjectProvider<Clock> clock) {
    return clock.getIfUnique(Clock::systemUTC);
  }
}
