package im.hongyan.codec;

import im.hongyan.model.DeviceId;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.RequestHeader;
import im.hongyan.model.wire.ServerMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * The JSON of the wire protocol. Reading never throws for what a client sent: the outcome says what
 * was wrong. Thread-safe.
 */
public final class WireCodec {
  /** The largest message of a client, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 256 * 1024;

  /** How deep objects and arrays may nest. */
  public static final int MAX_DEPTH = 32;

  private static final String NO_TYPE = "error";
  private static final int MAX_SHOWN_TYPE = 64;

  private final JsonMapper mapper = strictMapper();

  /**
   * A mapper that reads the protocol's records, within the protocol's limits. Decimal numbers keep
   * all their digits; reading one beyond the range of a double as a tree throws BAD_REQUEST.
   */
  public static JsonMapper strictMapper() {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(64)
            .maxStringLength(MAX_MESSAGE_BYTES)
            .maxNameLength(256)
            .build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build())
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .nodeFactory(new BoundedDecimals())
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            config ->
                config
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .withCoercionConfig(
            LogicalType.Integer,
            config -> config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
        .build();
  }

  /** Reads what a client sent. */
  public ParsedRequest parse(byte[] json) {
    if (json.length > MAX_MESSAGE_BYTES) {
      return invalid(
          null,
          HongyanException.badRequest(
              "message: %d bytes (expected: at most %d)", json.length, MAX_MESSAGE_BYTES));
    }
    JsonNode tree;
    try {
      tree = mapper.readTree(json);
    } catch (HongyanException e) {
      return invalid(null, e);
    } catch (JacksonException e) {
      return invalid(null, notJson(e));
    }
    if (!(tree instanceof ObjectNode message)) {
      return invalid(
          null,
          HongyanException.badRequest("message: %s (expected: a JSON object)", describe(tree)));
    }
    try {
      return new ParsedRequest.Valid(read(message, json.length));
    } catch (HongyanException e) {
      return invalid(message, e);
    } catch (JacksonException e) {
      return invalid(message, wrongField(e));
    }
  }

  private Request read(ObjectNode message, int length) {
    String type = string(message, "type");
    if (type == null) {
      throw HongyanException.badRequest("type: missing (expected: the type of the message)");
    }
    RequestHeader header =
        new RequestHeader(
            user(message), string(message, "token"), device(message), string(message, "requestId"));
    Class<? extends ClientMessage> kind = ClientMessage.classOf(type);
    if (kind == null) {
      return new Request(header, new ClientMessage.Unknown(type));
    }
    acceptTimestampAsName(message);
    if (length > Content.MAX_BYTES) {
      checkContentSize(message);
    }
    return new Request(header, mapper.treeToValue(message, kind));
  }

  /** The customary {@code clientMsgId} is a time stamp, which many clients send as a number. */
  private static void acceptTimestampAsName(ObjectNode message) {
    JsonNode name = message.get("clientMsgId");
    if (name != null && name.isIntegralNumber()) {
      message.put("clientMsgId", name.asString());
    }
  }

  private void checkContentSize(ObjectNode message) {
    JsonNode content = message.get("content");
    if (content == null) {
      return;
    }
    int size = mapper.writeValueAsBytes(content).length;
    if (size > Content.MAX_BYTES) {
      throw HongyanException.badRequest(
          "content: %d bytes (expected: at most %d)", size, Content.MAX_BYTES);
    }
  }

  private static @Nullable UserId user(ObjectNode message) {
    String user = string(message, "user");
    return user == null ? null : new UserId(user);
  }

  private static @Nullable DeviceId device(ObjectNode message) {
    String device =
        message.get("device") instanceof ObjectNode object
            ? string(object, "id")
            : string(message, "device");
    return device == null ? null : new DeviceId(device);
  }

  private static @Nullable String string(ObjectNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw HongyanException.badRequest("%s: %s (expected: a string)", field, describe(value));
    }
    return value.stringValue();
  }

  private static ParsedRequest.Invalid invalid(
      @Nullable ObjectNode message, HongyanException error) {
    String type = message == null ? null : readable(message, "type", MAX_SHOWN_TYPE);
    return new ParsedRequest.Invalid(
        type == null ? NO_TYPE : type,
        message == null ? null : readable(message, "requestId", 64),
        message == null ? null : readable(message, "clientMsgId", 64),
        error);
  }

  private static @Nullable String readable(ObjectNode message, String field, int maxLength) {
    JsonNode value = message.get(field);
    return value != null && value.isString() && value.stringValue().length() <= maxLength
        ? value.stringValue()
        : null;
  }

  private static HongyanException notJson(JacksonException e) {
    String at =
        e instanceof StreamReadException && e.getLocation() != null
            ? " at byte " + e.getLocation().getByteOffset()
            : "";
    return HongyanException.badRequest(
        "message: not JSON, or nested deeper than %d%s (expected: a JSON object in UTF-8)",
        MAX_DEPTH, at);
  }

  /** The failure of a field, in the protocol's words and not in the mapper's. */
  private static HongyanException wrongField(JacksonException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof HongyanException ours) {
        return ours;
      }
    }
    String field = path(e);
    String expected =
        e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
            ? expected(mismatch.getTargetType())
            : "another value";
    return HongyanException.badRequest("%s: wrong type (expected: %s)", field, expected);
  }

  private static String path(JacksonException e) {
    if (!(e instanceof DatabindException) || e.getPath().isEmpty()) {
      return "message";
    }
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return path.toString();
  }

  private static String expected(Class<?> target) {
    if (List.class.isAssignableFrom(target)) {
      return "an array";
    }
    if (Number.class.isAssignableFrom(target) || target == int.class || target == long.class) {
      return "a whole number";
    }
    if (target == Boolean.class || target == boolean.class) {
      return "true or false";
    }
    if (target == Content.class
        || target == ClientMessage.Device.class
        || Map.class.isAssignableFrom(target)) {
      return "an object";
    }
    return "a string";
  }

  private static String describe(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT, POJO -> "an object";
      case STRING, BINARY -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL, MISSING -> "nothing";
    };
  }

  /** The JSON of a reply. */
  public byte[] write(Reply reply) {
    return mapper.writeValueAsBytes(reply);
  }

  /** The JSON of what the server tells. */
  public byte[] write(ServerMessage message) {
    return mapper.writerFor(ServerMessage.class).writeValueAsBytes(message);
  }

  /** The JSON of a client's message, for clients. */
  public byte[] write(Request request) {
    ObjectNode tree = mapper.valueToTree(request.message());
    tree.put("type", request.message().type());
    RequestHeader header = request.header();
    if (header.user() != null) {
      tree.put("user", header.user().value());
    }
    if (header.token() != null) {
      tree.put("token", header.token());
    }
    if (header.device() != null && !tree.has("device")) {
      tree.put("device", header.device().value());
    }
    if (header.requestId() != null) {
      tree.put("requestId", header.requestId());
    }
    return mapper.writeValueAsBytes(tree);
  }

  /**
   * Reads what the server sent, for clients.
   *
   * @throws HongyanException BAD_REQUEST where it is not JSON of the protocol
   */
  public ServerFrame readServerFrame(byte[] json) {
    try {
      JsonNode tree = mapper.readTree(json);
      JsonNode type = tree.get("type");
      boolean reply =
          type != null
              && type.isString()
              && type.stringValue().endsWith("_reply")
              && tree.has("errcode");
      return reply
          ? new ServerFrame.Answer(mapper.treeToValue(tree, Reply.class))
          : new ServerFrame.Notice(mapper.treeToValue(tree, ServerMessage.class));
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }
}
