package im.hongyan.amqp;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * Events as JSON: a message's body is an array of them. Decimal numbers keep their digits, since an
 * event is read and written at every stage.
 */
public final class JacksonCodec<E> implements EventCodec<E> {
  private final ObjectMapper mapper;
  private final ObjectWriter writer;
  private final ObjectReader reader;
  private final ObjectReader trees;

  /**
   * A codec for a type and its subtypes.
   *
   * @param type what an event is; where it has subtypes, its {@code @JsonTypeInfo} tells them apart
   */
  public JacksonCodec(ObjectMapper mapper, Class<E> type) {
    this.mapper = mapper;
    this.writer = mapper.writerFor(type);
    this.reader = exact(mapper.readerForListOf(type));
    this.trees = exact(mapper.reader());
  }

  private static ObjectReader exact(ObjectReader reader) {
    return reader.with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  }

  @Override
  public byte[] encode(E event) {
    return writer.writeValueAsBytes(event);
  }

  @Override
  public byte[] join(List<byte[]> encoded) {
    int size = 1;
    for (byte[] one : encoded) {
      size += one.length + 1;
    }
    // Of no events, both brackets all the same.
    byte[] body = new byte[Math.max(size, 2)];
    int end = 0;
    for (byte[] one : encoded) {
      body[end] = ',';
      System.arraycopy(one, 0, body, end + 1, one.length);
      end += one.length + 1;
    }
    body[0] = '[';
    body[body.length - 1] = ']';
    return body;
  }

  @Override
  public List<E> decode(byte[] body) {
    List<E> events = reader.readValue(body);
    if (events == null || events.contains(null)) {
      throw new IllegalArgumentException("null (expected: an array of events)");
    }
    return events;
  }

  @Override
  public List<byte[]> split(byte[] body) {
    JsonNode array = trees.readTree(body);
    if (!array.isArray()) {
      throw new IllegalArgumentException(array.getNodeType() + " (expected: an array of events)");
    }
    List<byte[]> encoded = new ArrayList<>(array.size());
    for (JsonNode one : array) {
      encoded.add(mapper.writeValueAsBytes(one));
    }
    return encoded;
  }
}
