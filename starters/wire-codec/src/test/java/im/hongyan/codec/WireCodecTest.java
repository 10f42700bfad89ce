package im.hongyan.codec;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.ContentType;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.RequestHeader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireCodecTest {
  private final WireCodec codec = new WireCodec();

  @Test
  void contentKeepsFieldsItDoesNotKnow() {
    ClientMessage.MsgSend send =
        (ClientMessage.MsgSend)
            valid(
                    "{'type':'msg_send','session':'s1','clientMsgId':'1','content':{'type':'text',"
                        + "'text':'hi','mood':{'smile':true},'none':null}}")
                .message();

    assertThat(send.content().other())
        .containsEntry("mood", Map.of("smile", true))
        .containsEntry("none", null);
    byte[] written = codec.write(new Request(RequestHeader.EMPTY, send));
    assertThat(new String(written, StandardCharsets.UTF_8))
        .contains("\"mood\":{\"smile\":true}")
        .doesNotContain("other");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.1",
        "1.50",
        "-0.1000000000000000055511151231257827",
        "3.14159265358979323846264338327950288419716939937510",
        "12345678901234567890123456789",
        "1.7E+308",
        "1E-300"
      })
  void numberKeepsItsDigits(String number) {
    Request request =
        valid(
            "{'type':'msg_send','session':'s1','clientMsgId':'1','content':{'type':'custom','n':["
                + number
                + "]}}");
    assertThat(new String(codec.write(request), StandardCharsets.UTF_8))
        .contains("\"n\":[" + number + "]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999", "-1e309", "1e999999999", "1e-999999999", "1e-2000"})
  void numberThatNobodyCanReadIsRefused(String number) {
    assertThat(
            invalid(
                    "{'type':'msg_send','session':'s1','clientMsgId':'1',"
                        + "'content':{'type':'custom','n':"
                        + number
                        + "}}")
                .error())
        .hasMessageStartingWith("number: ")
        .hasMessageEndingWith("(expected: one in the range of a double)");
  }

  @Test
  void timestampAsNumberNamesAMessage() {
    ClientMessage.MsgSend send =
        (ClientMessage.MsgSend)
            valid(
                    "{'type':'msg_send','session':'s1','clientMsgId':1700000000123,"
                        + "'content':{'type':'text','text':'hi'}}")
                .message();

    assertThat(send.clientMsgId()).isEqualTo("1700000000123");
  }

  @Test
  void deviceIsAnObjectInConnectedAndAStringElsewhere() {
    assertThat(valid("{'type':'connected','device':{'id':'phone','type':'ios'}}").header().device())
        .hasToString("phone");
    assertThat(valid("{'type':'heatbeat','device':'phone'}").header().device())
        .hasToString("phone");
  }

  @Test
  void heartbeatIsAnAliasOfTheCustomersSpelling() {
    assertThat(valid("{'type':'heartbeat'}").message()).isInstanceOf(ClientMessage.Heartbeat.class);
  }

  @Test
  void unknownTypeIsReadAsUnknown() {
    assertThat(valid("{'type':'from_the_future','x':1}").message())
        .isEqualTo(new ClientMessage.Unknown("from_the_future"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1,2]                                                   | message: an array",
        "nonsense                                                | message: not JSON",
        "{'a':1} {'b':2}                                         | message: not JSON",
        "{}                                                      | type: missing",
        "{'type':5}                                              | type: a number",
        "{'type':'msg_send'}                                     | session: missing",
        "{'type':'msg_send','session':7}                         | session: wrong type",
        "{'type':'msg_send','session':'a/b'}                     | session: \"a/b\"",
        "{'type':'session_create','members':'bob'}               | members: wrong type (expected: an array)",
        "{'type':'session_create','members':[]}                  | members: empty",
        "{'type':'session_create','members':['b#b']}             | userId: \"b#b\"",
        "{'type':'session_create','members':[null]}              | members: holds a null",
        "{'type':'connected','device':'x'}                       | device: wrong type (expected: an object)",
        "{'type':'msg_read','session':'s','seq':'1'}             | seq: wrong type (expected: a whole number)",
        "{'type':'msg_send','session':'s','clientMsgId':'1','content':{'type':'smell'}} | content.type",
        "{'type':'msg_send','session':'s','clientMsgId':'1','content':{'type':'text'}}  | content.text",
        "{'type':'msg_send','session':'s','clientMsgId':'1','content':{'type':'text','text':5}} | content.text: wrong type",
        "{'type':'msg_send','session':'s','clientMsgId':'1','expire':-1,'content':{'type':'text','text':'x'}} | expire: -1",
      })
  void badInputNamesTheFieldAndWhatWasExpected(String json, String message) {
    assertThat(invalid(json).error().code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(invalid(json).error()).hasMessageContaining(message);
  }

  @Test
  void deepNestingOversizeAndInvalidUtf8AreRefused() {
    String deep = "{\"type\":\"x\",\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
    byte[] large = new byte[1024 * 1024];
    byte[] broken = "{\"type\":\"heatbeat\",\"x\":\"??\"}".getBytes(StandardCharsets.ISO_8859_1);
    broken[25] = (byte) 0xc3;
    broken[26] = (byte) 0x28;

    assertThat(codec.parse(deep.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ParsedRequest.Invalid.class);
    assertThat(codec.parse(large)).isInstanceOf(ParsedRequest.Invalid.class);
    assertThat(codec.parse(broken)).isInstanceOf(ParsedRequest.Invalid.class);
  }

  @Test
  void contentOverItsLimitIsRefusedWithTheNameOfItsMessage() {
    String text = "x".repeat(Content.MAX_BYTES);
    ParsedRequest.Invalid refused =
        invalid(
            "{'type':'msg_send','session':'s','clientMsgId':'77','content':{'type':'text','text':'"
                + text
                + "'}}");

    assertThat(refused.error()).hasMessageStartingWith("content: 65561 bytes");
    assertThat(refused.clientMsgId()).isEqualTo("77");
    assertThat(refused.type()).isEqualTo("msg_send");
  }

  @Test
  void randomBytesNeverThrow() {
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      byte[] frame = new byte[random.nextInt(200)];
      random.nextBytes(frame);
      assertThat(codec.parse(frame)).isNotNull();
    }
  }

  @Test
  void whatIsWrittenForAServerIsReadAgain() {
    Request request =
        new Request(
            new RequestHeader(null, null, null, "r1"),
            new ClientMessage.MsgSend(new SessionId("s1"), "c1", Content.ofText("hi"), null));

    assertThat(codec.parse(codec.write(request))).isEqualTo(new ParsedRequest.Valid(request));
    assertThat(((ClientMessage.MsgSend) request.message()).content().type())
        .isEqualTo(ContentType.TEXT);
  }

  private Request valid(String json) {
    ParsedRequest parsed = codec.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    assertThat(parsed).isInstanceOf(ParsedRequest.Valid.class);
    return ((ParsedRequest.Valid) parsed).request();
  }

  private ParsedRequest.Invalid invalid(String json) {
    ParsedRequest parsed = codec.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    assertThat(parsed).isInstanceOf(ParsedRequest.Invalid.class);
    return (ParsedRequest.Invalid) parsed;
  }
}
