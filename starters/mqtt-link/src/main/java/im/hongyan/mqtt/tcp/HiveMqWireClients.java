package im.hongyan.mqtt.tcp;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Wire clients of the HiveMQ client library. Its own reconnect is not used: it would keep publishes
 * waiting without bound, and would not hand over again what the application left unacknowledged.
 */
final class HiveMqWireClients {
  private HiveMqWireClients() {}

  static WireClient.Maker maker(LinkContext context, String clientId, SessionKind session) {
    return switch (context.properties().version()) {
      case MQTT_5 -> lost -> new Version5(context, clientId, session, lost);
      case MQTT_3_1_1 -> lost -> new Version3(context, clientId, session, lost);
    };
  }

  private static MqttClientBuilder builder(
      LinkContext context, String clientId, Consumer<Throwable> lost) {
    MqttLinkProperties properties = context.properties();
    return MqttClient.builder()
        .identifier(clientId)
        .transportConfig(
            MqttClientTransportConfig.builder()
                .serverHost(properties.host())
                .serverPort(properties.port())
                .socketConnectTimeout(properties.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(properties.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .sslConfig(sslConfig(context))
                .build())
        .addDisconnectedListener(disconnected -> lost.accept(disconnected.getCause()));
  }

  private static @Nullable MqttClientSslConfig sslConfig(LinkContext context) {
    if (!context.properties().tls().enabled()) {
      return null;
    }
    return MqttClientSslConfig.builder()
        .keyManagerFactory(context.tls().keys())
        .trustManagerFactory(context.tls().trust())
        .build();
  }

  private static int keepAliveSeconds(LinkContext context) {
    return (int) context.properties().keepAlive().toSeconds();
  }

  private static byte @Nullable [] password(LinkContext context) {
    String password = context.properties().password();
    return password == null ? null : password.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Version5 implements WireClient {
    private final Mqtt5AsyncClient client;
    private final Mqtt5Connect connect;

    Version5(LinkContext context, String clientId, SessionKind session, Consumer<Throwable> lost) {
      this.client = builder(context, clientId, lost).useMqttVersion5().buildAsync();
      boolean durable = session == SessionKind.DURABLE;
      MqttLinkProperties.Inbound inbound = context.properties().inbound();
      Mqtt5ConnectBuilder builder =
          Mqtt5Connect.builder()
              .cleanStart(!durable)
              .sessionExpiryInterval(durable ? inbound.sessionExpiry().toSeconds() : 0)
              .keepAlive(keepAliveSeconds(context))
              .restrictions()
              .receiveMaximum(inbound.receiveMaximum())
              .applyRestrictions();
      String username = context.properties().username();
      if (username != null) {
        Mqtt5SimpleAuthBuilder.Complete login = Mqtt5SimpleAuth.builder().username(username);
        byte[] password = password(context);
        builder =
            builder.simpleAuth(password == null ? login.build() : login.password(password).build());
      }
      this.connect = builder.build();
    }

    @Override
    public void receive(Consumer<Received> receiver, Executor executor) {
      client.publishes(
          MqttGlobalPublishFilter.ALL,
          publish ->
              receiver.accept(
                  new Received(
                      publish.getTopic().toString(),
                      publish.getPayloadAsBytes(),
                      publish.getQos().getCode(),
                      publish::acknowledge)),
          executor,
          true);
    }

    @Override
    public CompletionStage<?> connect() {
      return client.connect(connect);
    }

    @Override
    public CompletionStage<?> subscribe(String filter) {
      return client.subscribe(
          Mqtt5Subscribe.builder().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).build());
    }

    @Override
    public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
      return client
          .publish(Mqtt5Publish.builder().topic(topic).payload(payload).qos(qos(qos)).build())
          .thenCompose(
              result ->
                  result
                      .getError()
                      .map(CompletableFuture::failedFuture)
                      .orElseGet(() -> CompletableFuture.completedFuture(null)));
    }

    @Override
    public CompletionStage<?> disconnect() {
      return client.disconnect();
    }
  }

  private static final class Version3 implements WireClient {
    private final Mqtt3AsyncClient client;
    private final Mqtt3Connect connect;

    Version3(LinkContext context, String clientId, SessionKind session, Consumer<Throwable> lost) {
      this.client = builder(context, clientId, lost).useMqttVersion3().buildAsync();
      var builder =
          Mqtt3Connect.builder()
              .cleanSession(session == SessionKind.TRANSIENT)
              .keepAlive(keepAliveSeconds(context));
      String username = context.properties().username();
      if (username != null) {
        var login = Mqtt3SimpleAuth.builder().username(username);
        byte[] password = password(context);
        builder =
            builder.simpleAuth(password == null ? login.build() : login.password(password).build());
      }
      this.connect = builder.build();
    }

    @Override
    public void receive(Consumer<Received> receiver, Executor executor) {
      client.publishes(
          MqttGlobalPublishFilter.ALL,
          publish ->
              receiver.accept(
                  new Received(
                      publish.getTopic().toString(),
                      publish.getPayloadAsBytes(),
                      publish.getQos().getCode(),
                      publish::acknowledge)),
          executor,
          true);
    }

    @Override
    public CompletionStage<?> connect() {
      return client.connect(connect);
    }

    @Override
    public CompletionStage<?> subscribe(String filter) {
      return client.subscribe(
          Mqtt3Subscribe.builder().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).build());
    }

    @Override
    public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
      return client.publish(
          Mqtt3Publish.builder().topic(topic).payload(payload).qos(qos(qos)).build());
    }

    @Override
    public CompletionStage<?> disconnect() {
      return client.disconnect();
    }
  }

  private static MqttQos qos(int code) {
    MqttQos qos = MqttQos.fromCode(code);
    if (qos == null) {
      throw new IllegalArgumentException("qos: %d (expected: 0, 1 or 2)".formatted(code));
    }
    return qos;
  }
}
