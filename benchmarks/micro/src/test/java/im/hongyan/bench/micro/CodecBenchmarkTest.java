package im.hongyan.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.codec.ParsedRequest;
import im.hongyan.model.wire.ClientMessage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CodecBenchmarkTest {
  private final CodecBenchmark codec = new CodecBenchmark();

  @Test
  void whatIsReadIsAValidMsgSend() {
    assertThat(codec.readMsgSend())
        .isInstanceOfSatisfying(
            ParsedRequest.Valid.class,
            valid -> {
              assertThat(valid.request().message()).isInstanceOf(ClientMessage.MsgSend.class);
              assertThat(valid.request().header().user()).isNotNull();
            });
  }

  @Test
  void whatIsWrittenIsAMsgPush() {
    assertThat(new String(codec.writeMsgPush(), StandardCharsets.UTF_8))
        .contains("\"type\":\"msg_push\"")
        .contains("\"messagesendId\":\"d0123456789abcdef01234567\"");
  }
}
