package im.hongyan.embedded.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.mqtt.message.MessageWithID;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.puback.PUBACK;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.publish.PUBLISHFactory;
import com.hivemq.mqtt.message.reason.Mqtt5PubAckReasonCode;
import im.hongyan.model.UserId;
import im.hongyan.mqtt.hooks.ClientConnection;
import im.hongyan.mqtt.hooks.ConnectRequest;
import im.hongyan.mqtt.hooks.Decision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InboundGateTest {
  private static final UserId ALICE = new UserId("alice");
  private static final String OWN_TOPIC = "/root/server/alice";

  private final Map<String, CompletableFuture<Void>> durable = new HashMap<>();
  private final EmbeddedInboundLink inbound = new EmbeddedInboundLink(new SimpleMeterRegistry());
  private EmbeddedChannel channel;

  @BeforeEach
  void takeMessages() {
    inbound.start(
        message ->
            durable.computeIfAbsent(
                new String(message.payload(), StandardCharsets.UTF_8),
                text -> new CompletableFuture<>()));
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void acknowledgementsKeepTheOrderOfTheMessages() {
    open(true);
    receive(1, "a", QoS.AT_LEAST_ONCE);
    receive(2, "b", QoS.AT_LEAST_ONCE);
    receive(3, "c", QoS.AT_LEAST_ONCE);

    durable.get("c").complete(null);
    durable.get("b").complete(null);
    channel.runPendingTasks();
    assertThat(acknowledged()).isEmpty();

    durable.get("a").complete(null);
    channel.runPendingTasks();
    assertThat(acknowledged()).containsExactly(1, 2, 3);
  }

  @Test
  void aMessageOfQos0IsHandedOverAndNotAcknowledged() {
    open(true);
    receive(0, "a", QoS.AT_MOST_ONCE);

    durable.get("a").complete(null);
    channel.runPendingTasks();

    assertThat(acknowledged()).isEmpty();
  }

  @Test
  void whatIsNotTakenInTimeIsRefused() {
    open(true);
    channel.freezeTime();
    receive(1, "late", QoS.AT_LEAST_ONCE);
    channel.advanceTimeBy(20, TimeUnit.SECONDS);
    receive(2, "next", QoS.AT_LEAST_ONCE);
    channel.advanceTimeBy(10, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();

    PUBACK refused = channel.readOutbound();
    assertThat(refused.getPacketIdentifier()).isEqualTo(1);
    assertThat(refused.getReasonCode()).isEqualTo(Mqtt5PubAckReasonCode.UNSPECIFIED_ERROR);
    assertThat(acknowledged()).isEmpty();

    channel.advanceTimeBy(20, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
    assertThat(acknowledged()).containsExactly(2);
  }

  @Test
  void aClientThatCannotBeToldIsCutOffAndNothingAfterItIsAcknowledged() {
    open(false);
    receive(1, "a", QoS.AT_LEAST_ONCE);
    receive(2, "b", QoS.AT_LEAST_ONCE);

    durable.get("b").complete(null);
    durable.get("a").completeExceptionally(new IllegalStateException("down"));
    channel.runPendingTasks();

    assertThat(channel.isActive()).isFalse();
    assertThat(acknowledged()).isEmpty();
  }

  @Test
  void nothingMoreIsReadWhileTooMuchIsUnanswered() {
    open(true);
    for (int i = 1; i <= InboundGate.MAX_PENDING; i++) {
      receive(i, "m" + i, QoS.AT_LEAST_ONCE);
    }
    assertThat(channel.config().isAutoRead()).isFalse();

    durable.values().forEach(stage -> stage.complete(null));
    channel.runPendingTasks();

    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(acknowledged()).hasSize(InboundGate.MAX_PENDING);
  }

  @Test
  void whatIsNotPlainlyAllowedGoesOnToTheBroker() {
    open(true);
    PUBLISH forged = publish(1, "/root/client/bob", "forged", QoS.AT_LEAST_ONCE, false);
    PUBLISH retained = publish(2, OWN_TOPIC, "kept", QoS.AT_LEAST_ONCE, true);

    channel.writeInbound(forged, retained);

    assertThat(durable).isEmpty();
    assertThat(channel.<Object>readInbound()).isSameAs(forged);
    assertThat(channel.<Object>readInbound()).isSameAs(retained);
  }

  private void open(boolean mqtt5) {
    Admitted admitted =
        new Admitted(
            new ClientConnection("1", "alice:phone", ALICE, ConnectRequest.Transport.TCP),
            Decision.client(ALICE),
            mqtt5,
            null,
            new AtomicBoolean(true));
    channel = new EmbeddedChannel(new InboundGate(admitted, inbound, Duration.ofSeconds(30)));
  }

  private void receive(int packetId, String text, QoS qos) {
    channel.writeInbound(publish(packetId, OWN_TOPIC, text, qos, false));
  }

  private static PUBLISH publish(
      int packetId, String topic, String text, QoS qos, boolean retained) {
    return new PUBLISHFactory.Mqtt5Builder()
        .withHivemqId("test")
        .withTopic(topic)
        .withPayload(text.getBytes(StandardCharsets.UTF_8))
        .withQoS(qos)
        .withOnwardQos(qos)
        .withRetain(retained)
        .withPacketIdentifier(packetId)
        .build();
  }

  private List<Integer> acknowledged() {
    return Stream.<Object>generate(channel::readOutbound)
        .takeWhile(packet -> packet != null)
        .map(packet -> ((MessageWithID) packet).getPacketIdentifier())
        .toList();
  }
}
