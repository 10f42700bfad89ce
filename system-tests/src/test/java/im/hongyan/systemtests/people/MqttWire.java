package im.hongyan.systemtests.people;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import im.hongyan.codec.ServerFrame;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.Topics;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.RequestHeader;
import im.hongyan.model.wire.ServerMessage;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/** A device over MQTT. */
final class MqttWire implements Wire {
  private static final AtomicLong NEXT_REQUEST = new AtomicLong();

  private final Person person;
  private final Inbox inbox;
  private final WireCodec codec = new WireCodec();
  private final Map<String, CompletableFuture<Reply>> asked = new ConcurrentHashMap<>();
  private BiFunction<String, byte[], CompletableFuture<?>> publish;
  private Runnable disconnect;
  private volatile boolean listening;

  private MqttWire(Person person, Inbox inbox) {
    this.person = person;
    this.inbox = inbox;
  }

  static MqttWire version5(InetSocketAddress broker, Person person, Inbox inbox) {
    return new MqttWire(person, inbox)
        .connect5(builder(person).serverHost(broker.getHostString()).serverPort(broker.getPort()));
  }

  static MqttWire version5OverWebSocket(URI gateway, Person person, Inbox inbox) {
    return new MqttWire(person, inbox).connect5(overWebSocket(gateway, person));
  }

  static MqttWire version3(InetSocketAddress broker, Person person, Inbox inbox) {
    return new MqttWire(person, inbox)
        .connect3(builder(person).serverHost(broker.getHostString()).serverPort(broker.getPort()));
  }

  static MqttWire version3OverWebSocket(URI gateway, Person person, Inbox inbox) {
    return new MqttWire(person, inbox).connect3(overWebSocket(gateway, person));
  }

  private static MqttClientBuilder overWebSocket(URI gateway, Person person) {
    return builder(person)
        .serverHost(gateway.getHost())
        .serverPort(gateway.getPort())
        .webSocketConfig()
        .serverPath("mqtt")
        .subprotocol("mqtt")
        .applyWebSocketConfig();
  }

  private MqttWire connect3(MqttClientBuilder builder) {
    Mqtt3AsyncClient client = builder.useMqttVersion3().buildAsync();
    join(
        client
            .connectWith()
            .cleanSession(true)
            .simpleAuth()
            .username(person.id().value())
            .password(person.token().getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .send());
    join(
        client
            .subscribeWith()
            .topicFilter(Topics.toClient(person.id()))
            .qos(MqttQos.AT_LEAST_ONCE)
            .callback(publish -> received(publish.getPayloadAsBytes()))
            .send());
    publish =
        (topic, payload) ->
            client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload).send();
    disconnect = () -> client.disconnect();
    return this;
  }

  private static MqttClientBuilder builder(Person person) {
    return MqttClient.builder().identifier(person.id() + ":" + person.device());
  }

  private MqttWire connect5(MqttClientBuilder builder) {
    Mqtt5AsyncClient client = builder.useMqttVersion5().buildAsync();
    join(
        client
            .connectWith()
            .cleanStart(true)
            .simpleAuth()
            .username(person.id().value())
            .password(person.token().getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .send());
    join(
        client
            .subscribeWith()
            .topicFilter(Topics.toClient(person.id()))
            .qos(MqttQos.AT_LEAST_ONCE)
            .callback(publish -> received(publish.getPayloadAsBytes()))
            .send());
    publish =
        (topic, payload) ->
            client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload).send();
    disconnect = () -> client.disconnect();
    return this;
  }

  private static void join(CompletableFuture<?> step) {
    try {
      step.orTimeout(Person.PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      throw new AssertionError("MQTT: " + e.getCause(), e);
    }
  }

  @Override
  public CompletableFuture<Reply> ask(Request request) {
    String requestId = "r" + NEXT_REQUEST.incrementAndGet();
    RequestHeader header = request.header();
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    asked.put(requestId, reply);
    byte[] json =
        codec.write(
            new Request(
                new RequestHeader(header.user(), header.token(), header.device(), requestId),
                request.message()));
    publish
        .apply(Topics.toServer(person.id()), json)
        .whenComplete(
            (published, failure) -> {
              if (failure != null) {
                reply.completeExceptionally(failure);
              }
            });
    return reply;
  }

  @Override
  public void raw(byte[] payload) {
    publish.apply(Topics.toServer(person.id()), payload);
  }

  private void received(byte[] payload) {
    switch (codec.readServerFrame(payload)) {
      case ServerFrame.Answer(Reply reply) -> answered(reply);
      case ServerFrame.Notice(ServerMessage.MsgPush push) -> pushed(push);
      case ServerFrame.Notice(ServerMessage notice) -> inbox.notice(notice);
    }
  }

  private void answered(Reply reply) {
    if (reply.type().equals("connected_reply")) {
      listening = true;
    }
    CompletableFuture<Reply> waiting =
        reply.requestId() == null ? null : asked.remove(reply.requestId());
    if (waiting != null) {
      waiting.complete(reply);
    } else if (reply.requestId() == null && !reply.type().equals("msg_recv_reply")) {
      inbox.unasked(reply);
    } else if (reply.type().equals("msg_send_reply")) {
      inbox.ofAnotherDevice(reply);
    }
  }

  private void pushed(ServerMessage.MsgPush push) {
    if (!listening) {
      return;
    }
    inbox.push(push);
    if (person.acknowledges()) {
      raw(
          codec.write(
              new Request(
                  RequestHeader.EMPTY,
                  new ClientMessage.MsgRecv(push.session(), push.deliveryId(), null, null))));
    }
  }

  @Override
  public void close() {
    disconnect.run();
  }
}
