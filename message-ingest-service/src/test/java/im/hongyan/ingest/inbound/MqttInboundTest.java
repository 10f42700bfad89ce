package im.hongyan.ingest.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.ingest.reply.ReplyFixture;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Reply;
import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.InboundHandler;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.InboundMessage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MqttInboundTest {
  private static final UserId ALICE = new UserId("alice");
  private static final String IN_PROCESS = "alice:phone";

  private final List<String> told = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private CompletableFuture<Void> broker = CompletableFuture.completedFuture(null);
  private Optional<Reply> answer = Optional.empty();

  private final MqttInbound inbound =
      new MqttInbound(
          new NoLink(),
          (sender, transport, clientId, message) -> CompletableFuture.completedFuture(answer),
          ReplyFixture.through(new Broker(), meters),
          meters);

  private final class Broker implements ClientPublisher {
    @Override
    public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
      told.add(topic + " " + new String(payload, StandardCharsets.UTF_8));
      return broker;
    }

    @Override
    public boolean isConnected() {
      return true;
    }
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

  private CompletableFuture<?> handOver(@Nullable String clientId) {
    return inbound
        .onMessage(new InboundMessage("/root/server/alice", new byte[0], 1, clientId))
        .toCompletableFuture();
  }

  private static Reply refused(ErrorCode code) {
    return Reply.failed("msg_send", ALICE, new HongyanException(code, "no"))
        .withMessage("1", null, null);
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"UNAVAILABLE", "FAILED"})
  void clientIsToldAndNotAcknowledgedWhatWasNotKept(ErrorCode code) {
    answer = Optional.of(refused(code));
    assertThat(handOver(IN_PROCESS)).isCompletedExceptionally();
    assertThat(told).hasSize(1);

    answer =
        Optional.of(
            Reply.failed("msg_recv", ALICE, new HongyanException(code, "no"))
                .withDelivery(new DeliveryId("d1"), null));
    assertThat(handOver(IN_PROCESS)).isCompletedExceptionally();
    assertThat(told).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNAVAILABLE", "FAILED"})
  void clientIsAcknowledgedWhatWasDoneOrWillNeverBe(ErrorCode code) {
    answer =
        Optional.of(
            code == ErrorCode.OK
                ? Reply.ok("msg_send", ALICE).withMessage("1", null, 1L)
                : refused(code));
    assertThat(handOver(IN_PROCESS)).isCompleted();
  }

  @Test
  void clientIsNotCutOffForACommandThatIsAboutNoMessage() {
    answer =
        Optional.of(
            Reply.failed("heatbeat", ALICE, HongyanException.unavailable("auth-bridge", null)));
    assertThat(handOver(IN_PROCESS)).isCompleted();
    assertThat(told).hasSize(1);
  }

  @Test
  void brokerOfItsOwnKeepsOnlyWhatTheClientCouldNotBeToldOf() {
    answer = Optional.of(refused(ErrorCode.UNAVAILABLE));
    assertThat(handOver(null)).isCompleted();

    broker = CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    assertThat(handOver(null)).isCompletedExceptionally();
  }
}
