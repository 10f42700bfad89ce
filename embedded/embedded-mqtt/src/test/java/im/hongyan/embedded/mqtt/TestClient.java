package im.hongyan.embedded.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A foreign client, the same in both versions. */
final class TestClient implements AutoCloseable {
  final Queue<String> received = new ConcurrentLinkedQueue<>();
  private final Mqtt5AsyncClient five;
  private final Mqtt3AsyncClient three;
  private final String user;
  private String password;
  private String willTopic;
  private boolean willRetained;

  TestClient(Way way, String user, String clientId, int port) {
    this.user = user;
    this.password = "good";
    MqttClientBuilder builder =
        MqttClient.builder().identifier(clientId).serverHost("127.0.0.1").serverPort(port);
    if (way.webSocket) {
      builder =
          builder.webSocketConfig(
              MqttWebSocketConfig.builder().serverPath("mqtt").subprotocol("mqtt").build());
    }
    if (way.version == 5) {
      five = builder.useMqttVersion5().buildAsync();
      three = null;
      five.publishes(
          MqttGlobalPublishFilter.ALL, message -> received.add(text(message.getPayloadAsBytes())));
    } else {
      three = builder.useMqttVersion3().buildAsync();
      five = null;
      three.publishes(
          MqttGlobalPublishFilter.ALL, message -> received.add(text(message.getPayloadAsBytes())));
    }
  }

  TestClient password(String value) {
    this.password = value;
    return this;
  }

  TestClient will(String topic, boolean retained) {
    this.willTopic = topic;
    this.willRetained = retained;
    return this;
  }

  /** Throws what the broker answers when it refuses. */
  TestClient connect() throws Exception {
    byte[] secret = password.getBytes(StandardCharsets.UTF_8);
    if (five != null) {
      var connect = Mqtt5Connect.builder().simpleAuth().username(user).password(secret);
      var complete = connect.applySimpleAuth();
      if (willTopic != null) {
        complete =
            complete
                .willPublish()
                .topic(willTopic)
                .retain(willRetained)
                .payload("will".getBytes(StandardCharsets.UTF_8))
                .applyWillPublish();
      }
      five.connect(complete.build()).get(10, TimeUnit.SECONDS);
    } else {
      var complete =
          Mqtt3Connect.builder().simpleAuth().username(user).password(secret).applySimpleAuth();
      if (willTopic != null) {
        complete =
            complete
                .willPublish()
                .topic(willTopic)
                .retain(willRetained)
                .payload("will".getBytes(StandardCharsets.UTF_8))
                .applyWillPublish();
      }
      three.connect(complete.build()).get(10, TimeUnit.SECONDS);
    }
    return this;
  }

  String clientId() {
    return (five != null ? five.getConfig() : three.getConfig())
        .getClientIdentifier()
        .orElseThrow()
        .toString();
  }

  boolean isConnected() {
    return (five != null ? five.getState() : three.getState()).isConnected();
  }

  void unsubscribe(String filter) throws Exception {
    CompletableFuture<?> answer =
        five != null
            ? five.unsubscribeWith().topicFilter(filter).send()
            : three.unsubscribeWith().topicFilter(filter).send();
    answer.get(10, TimeUnit.SECONDS);
  }

  /** Whether the broker grants it. */
  boolean subscribe(String filter) {
    CompletableFuture<?> answer =
        five != null
            ? five.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send()
            : three.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
    try {
      answer.get(10, TimeUnit.SECONDS);
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  CompletableFuture<?> publish(String topic, String payload, int qos) {
    return publish(topic, payload, qos, false);
  }

  CompletableFuture<?> publish(String topic, String payload, int qos, boolean retained) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    MqttQos level = MqttQos.fromCode(qos);
    if (five != null) {
      return five.publish(
              Mqtt5Publish.builder()
                  .topic(topic)
                  .qos(level)
                  .payload(bytes)
                  .retain(retained)
                  .build())
          .thenCompose(
              result ->
                  result
                      .getError()
                      .<CompletableFuture<Object>>map(CompletableFuture::failedFuture)
                      .orElse(CompletableFuture.completedFuture(null)));
    }
    return three.publish(
        Mqtt3Publish.builder().topic(topic).qos(level).payload(bytes).retain(retained).build());
  }

  @Override
  public void close() {
    (five != null ? five.disconnect() : three.disconnect())
        .exceptionally(notConnected -> null)
        .join();
  }

  static String text(byte[] payload) {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
