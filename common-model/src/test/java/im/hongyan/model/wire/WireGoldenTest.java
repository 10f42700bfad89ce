package im.hongyan.model.wire;

import static im.hongyan.model.Golden.JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.Golden;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class WireGoldenTest {

  static Set<String> clientTypes() {
    return ClientMessage.types().keySet();
  }

  static Set<String> serverTypes() {
    return Arrays.stream(ServerMessage.class.getAnnotation(JsonSubTypes.class).value())
        .map(JsonSubTypes.Type::name)
        .collect(Collectors.toSet());
  }

  static Set<String> replies() {
    return Golden.names("reply");
  }

  @Test
  void everyTypeHasAGoldenFileAndEveryFileAType() {
    assertThat(Golden.names("client")).isEqualTo(clientTypes());
    assertThat(Golden.names("server")).isEqualTo(serverTypes());
    assertThat(replies())
        .contains("connected", "auth", "heatbeat", "logout", "status")
        .contains("session_create", "session_add_user", "session_remove_user", "session_exit")
        .contains("session_update", "session_list", "msg_send", "msg_recv", "failed");
  }

  @Test
  void everyRecordHasAType() {
    Set<Class<?>> named = new HashSet<>(ClientMessage.types().values());
    named.add(ClientMessage.Unknown.class);
    assertThat(named).containsExactlyInAnyOrder(ClientMessage.class.getPermittedSubclasses());

    Set<Class<?>> told =
        Arrays.stream(ServerMessage.class.getAnnotation(JsonSubTypes.class).value())
            .map(JsonSubTypes.Type::value)
            .collect(Collectors.toSet());
    told.add(ServerMessage.Unknown.class);
    assertThat(told).containsExactlyInAnyOrder(ServerMessage.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("clientTypes")
  void clientMessagesAreReadAndWrittenAsTheyAre(String type) {
    ObjectNode golden = Golden.read("client", type);
    assertThat(golden.get("type").stringValue()).isEqualTo(type);

    ClientMessage message = JSON.treeToValue(golden, ClientMessage.classOf(type));
    ObjectNode written = (ObjectNode) written(message);
    written.put("type", message.type());

    golden.put("type", type.equals("heartbeat") ? "heatbeat" : type);
    assertThat((JsonNode) written).isEqualTo(golden);
  }

  @ParameterizedTest
  @MethodSource("clientTypes")
  void clientMessagesIgnoreFieldsThatTheyDoNotKnow(String type) {
    ObjectNode golden = Golden.read("client", type);
    ClientMessage message = JSON.treeToValue(golden, ClientMessage.classOf(type));

    golden.put("later", "version");
    assertThat((Object) JSON.treeToValue(golden, ClientMessage.classOf(type))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("serverTypes")
  void serverMessagesAreReadAndWrittenAsTheyAre(String type) {
    ServerMessage message = Golden.roundTrip("server", type, ServerMessage.class);
    assertThat(message).isNotInstanceOf(ServerMessage.Unknown.class);

    ObjectNode later = Golden.read("server", type).put("later", "version");
    assertThat(JSON.treeToValue(later, ServerMessage.class)).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("replies")
  void repliesAreReadAndWrittenAsTheyAre(String name) {
    Reply reply = Golden.roundTrip("reply", name, Reply.class);

    ObjectNode later = Golden.read("reply", name).put("later", "version");
    assertThat(JSON.treeToValue(later, Reply.class)).isEqualTo(reply);
  }

  @Test
  void whatTheServerTellsInALaterVersionIsUnknownAndKeepsItsType() {
    ServerMessage message = JSON.readValue("{\"type\":\"msg_later\",\"x\":1}", ServerMessage.class);
    assertThat(message).isEqualTo(new ServerMessage.Unknown("msg_later"));
  }

  @Test
  void aLaterErrorCodeCountsAsFailed() {
    Reply reply =
        JSON.readValue("{\"type\":\"auth_reply\",\"userId\":\"a\",\"errcode\":99}", Reply.class);
    assertThat(reply.errcode()).isEqualTo(ErrorCode.FAILED);
  }

  @Test
  void contentKeepsUnknownFieldsAlsoNullsAndDeepOnes() {
    String json =
        "{\"type\":\"custom\",\"a\":null,\"b\":{\"c\":[1,2.5,\"x\",null,true]},\"text\":\"t\"}";
    Content content = JSON.readValue(json, Content.class);

    assertThat(content.other()).containsOnlyKeys("a", "b");
    assertThat(JSON.readTree(JSON.writeValueAsString(content))).isEqualTo(JSON.readTree(json));
  }

  @Test
  void contentTellsWhichFieldIsMissing() {
    refused(() -> JSON.readValue("{\"type\":\"text\"}", Content.class), "content.text");
    refused(() -> JSON.readValue("{\"text\":\"x\"}", Content.class), "content.type");
    refused(() -> JSON.readValue("{\"type\":\"smoke\"}", Content.class), "smoke");
    for (ContentType type : ContentType.values()) {
      assertThat(ContentType.of(type.wireName())).isEqualTo(type);
    }
  }

  @Test
  void repliesAreBuiltInTheShapeOfTheProtocol() {
    UserId alice = new UserId("alice");
    SessionView view =
        Golden.roundTrip("reply", "session_create", Reply.class)
            .entities()
            .get("session")
            .get(new SessionId("sAbC123"));

    JsonNode done =
        written(
            Reply.ok("session_create", alice)
                .withSessions(List.of(view), null)
                .withRequestId("r-1"));
    JsonNode limited =
        written(
            Reply.failed(
                "msg_send",
                alice,
                HongyanException.rateLimited("too many messages", Duration.ofMillis(250))));

    assertThat(done).isEqualTo(Golden.read("reply", "session_create"));
    assertThat(limited).isEqualTo(Golden.read("reply", "rate_limited"));
  }

  @Test
  void missingFieldsAreNamedInTheRefusal() {
    Map<String, String> required =
        Map.of(
            "connected", "device",
            "status", "status",
            "session_create", "members",
            "session_exit", "session",
            "msg_send", "session",
            "msg_recv", "session",
            "msg_read", "session",
            "call_signal", "session");
    required.forEach(
        (type, field) ->
            refused(() -> JSON.readValue("{}", ClientMessage.classOf(type)), field + ": missing"));
  }

  private static JsonNode written(Object value) {
    return JSON.readTree(JSON.writeValueAsString(value));
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, String words) {
    assertThatThrownBy(reading)
        .rootCause()
        .isInstanceOf(HongyanException.class)
        .hasMessageContaining(words);
  }
}
