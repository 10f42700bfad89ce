package im.hongyan.push.pushing;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.codec.ServerFrame;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.ServerMessage.MsgPush;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class EncodedPushTest {
  @Test
  void clientsReadWhatTheProtocolSays() {
    Content content = Content.ofText("\"quoted\" \u4e2d\n");
    MsgPush expected =
        new MsgPush(
            new DeliveryId("d1"),
            new MessageId("m1"),
            new SessionId("s1"),
            7,
            new UserId("a.b_c@d-e"),
            content,
            60,
            1_000);
    byte[] json =
        EncodedPush.of(
                expected.messageId(),
                expected.session(),
                expected.seq(),
                expected.sender(),
                JsonMapper.builder().build().writeValueAsBytes(content),
                expected.expire(),
                expected.createdAt())
            .to(expected.deliveryId());

    assertThat(new WireCodec().readServerFrame(json)).isEqualTo(new ServerFrame.Notice(expected));
  }
}
