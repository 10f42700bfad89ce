package im.hongyan.bench.micro;

import im.hongyan.codec.ParsedRequest;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The protocol's JSON, with a text of 200 bytes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private static final String TEXT = "0123456789".repeat(20);

  private final WireCodec codec = new WireCodec();

  private final byte[] sent =
      """
      {"type":"msg_send","user":"alice","requestId":"r-1","session":"s0123456789abcdef01234567",\
      "clientMsgId":"1767225600000","content":{"type":"text","text":"%s"}}"""
          .formatted(TEXT)
          .getBytes(StandardCharsets.UTF_8);

  private final ServerMessage push =
      new ServerMessage.MsgPush(
          new DeliveryId("d0123456789abcdef01234567"),
          new MessageId("m0123456789abcdef01234567"),
          new SessionId("s0123456789abcdef01234567"),
          4711,
          new UserId("alice"),
          Content.ofText(TEXT),
          0,
          1_767_225_600_000L);

  /** What every message of a client goes through. */
  @Benchmark
  public ParsedRequest readMsgSend() {
    return codec.parse(sent);
  }

  /** What every push to a receiver goes through. */
  @Benchmark
  public byte[] writeMsgPush() {
    return codec.write(push);
  }
}
