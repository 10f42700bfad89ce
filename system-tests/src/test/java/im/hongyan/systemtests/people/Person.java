package im.hongyan.systemtests.people;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.DeviceId;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.ContentType;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.RequestHeader;
import im.hongyan.model.wire.ServerMessage;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.systemtests.suite.Suite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A user of the system with one device, in user words. Follows the client's rules: ignores pushes
 * until his {@code connected_reply}, drops copies, acknowledges what he got.
 */
public final class Person implements AutoCloseable {
  /** How long anybody waits for anything. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final AtomicLong NEXT_MESSAGE = new AtomicLong();

  private final Suite suite;
  private final UserId id;
  private final DeviceId device;
  private final Inbox inbox = new Inbox();
  private boolean acknowledges = true;
  private Wire wire;

  Person(Suite suite, String name, String device) {
    this.suite = suite;
    this.id = new UserId(name);
    this.device = new DeviceId(device);
  }

  /** His user id. */
  public UserId id() {
    return id;
  }

  /** His token in the demo user system. */
  public String token() {
    return "demo-" + id;
  }

  /** He gets messages and never says so. */
  public Person acknowledgesNothing() {
    acknowledges = false;
    return this;
  }

  /**
   * He logs in and says {@code connected}. Where the broker speaks no MQTT 5, his device speaks
   * 3.1.1.
   */
  public Person connects(Transport transport) {
    boolean five = suite.backends().speakMqtt5();
    wire =
        switch (transport) {
          case MQTT_5 ->
              five
                  ? MqttWire.version5(suite.mqtt(), this, inbox)
                  : MqttWire.version3(suite.mqtt(), this, inbox);
          case MQTT_3 -> MqttWire.version3(suite.mqtt(), this, inbox);
          case MQTT_WEBSOCKET ->
              five
                  ? MqttWire.version5OverWebSocket(suite.http(), this, inbox)
                  : MqttWire.version3OverWebSocket(suite.http(), this, inbox);
          case HTTP -> new HttpWire(suite.http(), this, inbox);
        };
    assertThat(asks(new ClientMessage.Connected(new ClientMessage.Device(device, "test"))))
        .as("connected_reply of %s", id)
        .returns(ErrorCode.OK, Reply::errcode);
    return this;
  }

  DeviceId device() {
    return device;
  }

  boolean acknowledges() {
    return acknowledges;
  }

  /** He goes away. */
  public void disconnects() {
    if (wire != null) {
      wire.close();
      wire = null;
    }
  }

  /** He opens a session with one other. */
  public SessionId opensChatWith(Person other) {
    return created(new ClientMessage.SessionCreate(List.of(other.id), null, null));
  }

  /** He opens a group. */
  public SessionId opensGroupWith(Person... others) {
    List<UserId> members = Arrays.stream(others).map(Person::id).toList();
    return created(new ClientMessage.SessionCreate(members, "group", SessionKind.GROUP));
  }

  private SessionId created(ClientMessage.SessionCreate create) {
    Reply reply = asks(create);
    assertThat(reply.errcode()).as(reply.toString()).isEqualTo(ErrorCode.OK);
    return reply.result().getFirst();
  }

  /** He writes; say where with {@link Sending#to}. */
  public Sending sends(String text) {
    return sends(Content.ofText(text));
  }

  /** He sends anything. */
  public Sending sends(Content content) {
    return new Sending(content, "c" + NEXT_MESSAGE.incrementAndGet());
  }

  /** What he is about to send. */
  public final class Sending {
    private final Content content;
    private final String clientMsgId;

    private Sending(Content content, String clientMsgId) {
      this.content = content;
      this.clientMsgId = clientMsgId;
    }

    /** Under this name. */
    public Sending named(String name) {
      return new Sending(content, name);
    }

    /** Sends and waits until it is accepted. */
    public Reply to(SessionId session) {
      Reply reply = await(later(session));
      assertThat(reply.errcode()).as(reply.toString()).isEqualTo(ErrorCode.OK);
      return reply;
    }

    /** Sends; the reply comes later. */
    public CompletableFuture<Reply> later(SessionId session) {
      return asksLater(new ClientMessage.MsgSend(session, clientMsgId, content, null));
    }
  }

  /** He takes back a message that was accepted. */
  public Reply recalls(SessionId session, Reply accepted) {
    return asks(new ClientMessage.MsgCancel(session, accepted.messageId()));
  }

  /** He writes a message anew that was accepted. */
  public Reply edits(SessionId session, Reply accepted, String text) {
    return asks(new ClientMessage.MsgEdit(session, accepted.messageId(), Content.ofText(text)));
  }

  /** He reacts to a message that was accepted. */
  public Reply reacts(SessionId session, Reply accepted, String reaction) {
    return asks(new ClientMessage.MsgReact(session, accepted.messageId(), reaction, null));
  }

  /** He takes a reaction back. */
  public Reply reactsNoMore(SessionId session, Reply accepted, String reaction) {
    return asks(new ClientMessage.MsgReact(session, accepted.messageId(), reaction, true));
  }

  /** The next thing pushed tells that this message was recalled, by whom. */
  public void learnsOfTheRecallOf(Reply accepted, Person actor) {
    learns("msg_cancel", accepted, actor);
  }

  /** The next thing pushed tells that this message says something else now. */
  public void learnsOfTheEditOf(Reply accepted, Person actor, String text) {
    assertThat(learns("msg_edit", accepted, actor))
        .containsEntry("content", Map.of("type", "text", "text", text));
  }

  /** The next thing pushed tells of a reaction to this message. */
  public void learnsOfTheReactionTo(Reply accepted, Person actor, String reaction, boolean taken) {
    assertThat(learns("msg_react", accepted, actor))
        .containsEntry("reaction", reaction)
        .containsEntry("remove", taken);
  }

  private Map<String, Object> learns(String event, Reply accepted, Person actor) {
    ServerMessage.MsgPush push = nextPush();
    while (!event.equals(push.content().other().get("event"))) {
      assertThat(push.content().type()).as("what %s received", id).isEqualTo(ContentType.SYSTEM);
      push = nextPush();
    }
    assertThat(push.content().other())
        .containsEntry("messagerecvId", accepted.messageId().value())
        .containsEntry("actor", actor.id().value());
    return push.content().other();
  }

  /** He has read a session up to here. */
  public Reply reads(SessionId session, long seq) {
    return asks(new ClientMessage.MsgRead(session, seq));
  }

  /** He lists his sessions and looks at one. */
  public SessionView seesInHisList(SessionId session) {
    Reply reply = asks(new ClientMessage.SessionList(null, null));
    assertThat(reply.errcode()).as(reply.toString()).isEqualTo(ErrorCode.OK);
    return reply.entities().get("session").get(session);
  }

  /** He looks a message up in the history of a session. */
  public JsonNode findsInHistory(SessionId session, Reply accepted) {
    return gets("/api/v1/sessions/" + session + "/messages")
        .get("messages")
        .valueStream()
        .filter(m -> m.get("messagerecvId").asString().equals(accepted.messageId().value()))
        .findFirst()
        .orElseThrow();
  }

  /** He asks an address of the HTTP API; the answer, or the problem, is JSON. */
  public JsonNode gets(String path) {
    return requests("GET", path, HttpRequest.BodyPublishers.noBody());
  }

  /** He sends something to an address of the HTTP API, likewise. */
  public JsonNode requests(String method, String path, String json) {
    return requests(method, path, HttpRequest.BodyPublishers.ofString(json));
  }

  /** Likewise without a body. */
  public JsonNode requests(String method, String path) {
    return requests(method, path, HttpRequest.BodyPublishers.noBody());
  }

  private JsonNode requests(String method, String path, HttpRequest.BodyPublisher body) {
    HttpRequest request =
        HttpRequest.newBuilder(suite.http().resolve(path))
            .header("Authorization", "Bearer " + token())
            .timeout(PATIENCE)
            .method(method, body)
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return JsonMapper.shared()
          .readTree(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** He asks for anything; waits for the reply. */
  public Reply asks(ClientMessage message) {
    return await(asksLater(message));
  }

  /** He asks for anything; the reply comes later. */
  public CompletableFuture<Reply> asksLater(ClientMessage message) {
    return wire.ask(new Request(RequestHeader.EMPTY, message));
  }

  /** He sends bytes that may not be a message. */
  public void sendsBytes(byte[] payload) {
    wire.raw(payload);
  }

  /** The next message that a user wrote has this text. */
  public ServerMessage.MsgPush receives(String text) {
    ServerMessage.MsgPush push = nextMessage();
    assertThat(push.content().text()).as("what %s received", id).isEqualTo(text);
    return push;
  }

  /** The next texts that users wrote, in this order. */
  public void receivesInOrder(List<String> texts) {
    List<String> received = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      received.add(nextMessage().content().text());
    }
    assertThat(received).isEqualTo(texts);
  }

  /** The next message that a user wrote. */
  public ServerMessage.MsgPush nextMessage() {
    ServerMessage.MsgPush push = nextPush();
    while (push.content().type() == ContentType.SYSTEM) {
      push = nextPush();
    }
    return push;
  }

  /** The next thing pushed, the server's own included. */
  public ServerMessage.MsgPush nextPush() {
    ServerMessage.MsgPush push = take(inbox.pushes());
    assertThat(push).as("a push to %s within %s", id, PATIENCE).isNotNull();
    return push;
  }

  /** The next notice of a kind that is no message: somebody is writing, has read, is busy... */
  public <N extends ServerMessage> N nextNotice(Class<N> kind) {
    ServerMessage notice = take(inbox.notices());
    while (notice != null && !kind.isInstance(notice)) {
      notice = take(inbox.notices());
    }
    assertThat(notice).as("a %s to %s within %s", kind.getSimpleName(), id, PATIENCE).isNotNull();
    return kind.cast(notice);
  }

  /** The reply to a message that another device of his has sent. */
  public Reply seesReplyToAnotherDevice() {
    Reply reply = take(inbox.ofOthers());
    assertThat(reply).as("a reply to another device of %s", id).isNotNull();
    return reply;
  }

  /** The reply to something that could not be read. */
  public Reply nextUnaskedReply() {
    Reply reply = take(inbox.unasked());
    assertThat(reply).as("a reply to %s within %s", id, PATIENCE).isNotNull();
    return reply;
  }

  /**
   * Nothing that a user wrote has come: proved by a message of another sender, sent after what must
   * not come, that comes next.
   */
  public void receivesNothingBefore(String text) {
    receives(text);
  }

  /** How many pushes wait to be looked at. */
  public int waiting() {
    return inbox.pushes().size();
  }

  private static <T> T take(java.util.concurrent.BlockingQueue<T> queue) {
    try {
      return queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Waits for a reply as long as a user would. */
  public static Reply await(CompletableFuture<Reply> reply) {
    try {
      return reply.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no reply within " + PATIENCE, e);
    } catch (ExecutionException e) {
      throw new AssertionError("the request failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    disconnects();
  }
}
