package im.hongyan.push.message;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.codec.ParsedRequest;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.wire.ClientMessage.MsgSend;
import im.hongyan.model.wire.Content;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ContentBsonTest {
  private final ContentBson contents = new ContentBson(JsonMapper.builder().build());

  @Test
  void ordinaryDecimalsAreNumbersOfADocument() {
    Object stored = contents.toBson(content("{\"a\":1.5,\"b\":[0.25,{\"c\":3}]}"));

    assertThat(stored).isInstanceOf(Document.class);
    assertThat(((Document) stored).get("data"))
        .isEqualTo(Map.of("a", 1.5, "b", List.of(0.25, Map.of("c", 3))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "0.12345678901234567890123", "1.50", "18446744073709551616", "-7"})
  void everyNumberComesBackAsItWasWritten(String number) {
    Content content = content("{\"n\":" + number + "}");

    byte[] once = contents.toJson(contents.toBson(content));
    byte[] again = contents.toJson(contents.toBson(contents.fromJson(once)));

    assertThat(new String(once, StandardCharsets.UTF_8)).contains("\"n\":" + number);
    assertThat(new String(again, StandardCharsets.UTF_8)).contains("\"n\":" + number);
  }

  private static Content content(String data) {
    byte[] frame =
        ("{\"type\":\"msg_send\",\"session\":\"s\",\"clientMsgId\":\"1\","
                + "\"content\":{\"type\":\"custom\",\"data\":"
                + data
                + "}}")
            .getBytes(StandardCharsets.UTF_8);
    ParsedRequest.Valid parsed = (ParsedRequest.Valid) new WireCodec().parse(frame);
    return ((MsgSend) parsed.request().message()).content();
  }
}
