package im.hongyan.ingest.routing;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is counted of commands; every meter exists from the start, so counting costs no look-up. */
final class IngestMeters {
  private final Map<ErrorCode, Counter> replies;
  private final Counter badInput;
  private final Timer acceptance;

  IngestMeters(MeterRegistry meters, SenderLanes lanes) {
    this.replies =
        Arrays.stream(ErrorCode.values())
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    code ->
                        Counter.builder("hongyan.ingest.replies")
                            .description("answers, by errcode")
                            .tag("errcode", Integer.toString(code.number()))
                            .register(meters),
                    (a, b) -> a,
                    () -> new EnumMap<>(ErrorCode.class)));
    this.badInput =
        Counter.builder("hongyan.ingest.bad.input")
            .description("what came in and was no message of the protocol")
            .register(meters);
    this.acceptance =
        Timer.builder("hongyan.ingest.acceptance")
            .description("from a msg_send to its being durable")
            .register(meters);
    Gauge.builder("hongyan.ingest.waiting", lanes, SenderLanes::waiting)
        .description("commands that wait for an earlier one of their sender")
        .register(meters);
    Gauge.builder("hongyan.ingest.waiting.bytes", lanes, SenderLanes::waitingBytes)
        .description("the size of these commands as they were sent")
        .register(meters);
  }

  void badInput() {
    badInput.increment();
  }

  void answered(ClientMessage message, Reply reply, long nanos) {
    replied(reply);
    if (message instanceof ClientMessage.MsgSend && reply.isOk()) {
      acceptance.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  void replied(Reply reply) {
    Counter counter = replies.get(reply.errcode());
    if (counter != null) {
      counter.increment();
    }
  }
}
