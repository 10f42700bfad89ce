package im.hongyan.ingest.message;

import com.github.benmanes.caffeine.cache.Ticker;
import im.hongyan.amqp.Broadcast;
import im.hongyan.amqp.BroadcastListener;
import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.ingest.forward.Questions;
import im.hongyan.ingest.reply.Replies;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.Streams;
import im.hongyan.session.client.SessionDirectory;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Messages. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MessageConfiguration.MessageProperties.class)
class MessageConfiguration {

  /**
   * How messages are treated.
   *
   * @param rememberedMessages how many accepted messages are remembered, so that a copy is not
   *     published again
   * @param rememberedFor how long they are
   * @param decisionTimeout how long a recall, an edit or a reaction may wait for its decision
   * @param editingInterval how often a user's {@code msg_editing} is passed on in one session
   * @param editingMaxMembers in larger sessions nobody is told who is writing
   */
  @ConfigurationProperties("hongyan.ingest.message")
  record MessageProperties(
      @DefaultValue("100000") int rememberedMessages,
      @DefaultValue("10m") Duration rememberedFor,
      @DefaultValue("10s") Duration decisionTimeout,
      @DefaultValue("2s") Duration editingInterval,
      @DefaultValue("200") int editingMaxMembers) {}

  @Bean
  Memberships memberships(SessionDirectory directory, Questions questions) {
    return new DirectoryMemberships(directory, questions);
  }

  /** One for all that goes there: what a sender sends keeps its order in one publisher. */
  @Bean(destroyMethod = "") // The factory's.
  StreamPublisher<SessionEvent> receivedEvents(StreamFactory streams) {
    return streams.publisher(
        Streams.RECEIVED, new JacksonCodec<>(JsonMapper.shared(), SessionEvent.class));
  }

  @Bean
  MessageChanges messageChanges(
      Memberships memberships,
      StreamPublisher<SessionEvent> received,
      Clock clock,
      MessageProperties properties) {
    return new MessageChanges(
        memberships,
        received,
        () -> UUID.randomUUID().toString(),
        properties.decisionTimeout(),
        clock);
  }

  @Bean
  SendMessages sendMessages(
      Memberships memberships,
      StreamPublisher<SessionEvent> received,
      Clock clock,
      MessageProperties properties) {
    return new SendMessages(
        memberships,
        received,
        new AcceptedMessages(properties.rememberedMessages(), properties.rememberedFor()),
        clock);
  }

  @Bean
  ReadReports readReports(Memberships memberships, StreamFactory streams, Clock clock) {
    return new ReadReports(
        memberships,
        streams.publisher(
            Streams.MODERATED, new JacksonCodec<>(JsonMapper.shared(), SessionEvent.class)),
        clock);
  }

  @Bean
  Acknowledgements acknowledgements(StreamFactory streams) {
    return new Acknowledgements(
        streams.publisher(
            Streams.DELIVERIES, new JacksonCodec<>(JsonMapper.shared(), ReceiverEvent.class)));
  }

  @Bean
  EditingNotices editingNotices(
      Memberships memberships, Replies replies, MessageProperties properties) {
    return new EditingNotices(
        memberships,
        replies,
        properties.editingInterval(),
        properties.editingMaxMembers(),
        Ticker.systemTicker());
  }

  /** Keeps the directory up to date, and brings the decisions about requests. */
  @Bean
  Broadcast<SessionEvent> sessionChanges(
      StreamFactory streams, SessionDirectory directory, MessageChanges changes) {
    Broadcast<SessionEvent> broadcast =
        streams.broadcast(
            Streams.BROADCAST, new JacksonCodec<>(JsonMapper.shared(), SessionEvent.class));
    broadcast.subscribe(
        new BroadcastListener<>() {
          @Override
          public void on(SessionEvent event) {
            if (event instanceof SessionEvent.SessionChanged changed) {
              directory.onSessionChanged(changed);
            } else if (event instanceof SessionEvent.RequestAnswered answered) {
              changes.decided(answered);
            }
          }

          @Override
          public void missed() {
            directory.forgetAll();
          }
        });
    return broadcast;
  }
}
