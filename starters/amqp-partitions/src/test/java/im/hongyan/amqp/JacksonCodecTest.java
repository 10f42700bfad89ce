package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JacksonCodecTest {
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Sent.class, name = "sent"),
    @JsonSubTypes.Type(value = Gone.class, name = "gone"),
    @JsonSubTypes.Type(value = Measured.class, name = "measured")
  })
  sealed interface Event {}

  record Sent(String text) implements Event {}

  record Gone(int number) implements Event {}

  record Measured(@Nullable Object value) implements Event {}

  private final JacksonCodec<Event> codec = new JacksonCodec<>(new JsonMapper(), Event.class);

  @Test
  void joinedEventsAreReadBackInOrderWithTheirTypes() {
    byte[] body = codec.join(List.of(codec.encode(new Sent("你好")), codec.encode(new Gone(2))));
    assertThat(new String(body, StandardCharsets.UTF_8))
        .isEqualTo("[{\"type\":\"sent\",\"text\":\"你好\"},{\"type\":\"gone\",\"number\":2}]");
    assertThat(codec.decode(body)).containsExactly(new Sent("你好"), new Gone(2));
  }

  @Test
  void numbersKeepTheirDigits() {
    String exact =
        "[{\"type\":\"measured\",\"value\":{\"n\":[0.10000000000000000555,1.50,1.7E+308]}}]";
    List<Event> events =
        codec.decode(
            bytes(
                "[{\"value\":{\"n\":[0.10000000000000000555,1.50,1.7e308]},\"type\":\"measured\"}]"));
    assertThat(codec.join(List.of(codec.encode(events.getFirst())))).asString().isEqualTo(exact);
    assertThat(codec.join(codec.split(bytes(exact)))).asString().isEqualTo(exact);
  }

  @Test
  void oneThatCannotBeReadLeavesItsNeighboursReadable() {
    byte[] body = bytes("[{\"type\":\"gone\",\"number\":1},{\"type\":\"new\"},null,7]");
    assertThatThrownBy(() -> codec.decode(body)).isInstanceOf(RuntimeException.class);
    List<byte[]> parts = codec.split(body);
    assertThat(parts).hasSize(4);
    assertThat(codec.decode(codec.join(List.of(parts.getFirst())))).containsExactly(new Gone(1));
  }

  @Test
  void whatIsNoArrayCannotBeSplit() {
    assertThatThrownBy(() -> codec.split(bytes("{}"))).hasMessageContaining("an array of events");
    assertThatThrownBy(() -> codec.split(bytes("\u0000"))).isInstanceOf(RuntimeException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aMessageOfNoEventsIsRead() {
    assertThat(Streams.CODEC.decode(Streams.CODEC.join(java.util.List.of()))).isEmpty();
  }
}
