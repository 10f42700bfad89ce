package im.hongyan.session.presence;

import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamConsumer;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.model.event.PresenceEvent;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.Streams;
import im.hongyan.session.store.SessionStore;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Who is there, and who is told. */
@Configuration(proxyBeanMethods = false)
class PresenceConfiguration {
  /** Where it is not said whom to ask, nobody knows. */
  @Bean
  Peers peers(ObjectProvider<AuthBridgeClient> authBridge) {
    AuthBridgeClient client = authBridge.getIfAvailable();
    return client == null ? users -> Map.of() : new AuthBridgePeers(client);
  }

  @Bean
  StreamConsumer peerNotices(StreamFactory streams, SessionStore store, Peers peers) {
    return streams.consumer(
        Streams.PRESENCE,
        new JacksonCodec<>(JsonMapper.shared(), PresenceEvent.class),
        new PeerNotices(
            store,
            peers,
            streams.publisher(
                Streams.DELIVERIES, new JacksonCodec<>(JsonMapper.shared(), ReceiverEvent.class)),
            streams.partitioner()));
  }
}
