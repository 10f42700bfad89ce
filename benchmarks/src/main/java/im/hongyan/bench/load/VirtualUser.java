package im.hongyan.bench.load;

import im.hongyan.bench.history.Conversation;
import im.hongyan.bench.history.DeliveryHistory;
import im.hongyan.bench.history.SentMessage;
import im.hongyan.bench.mqtt.MqttConnection;
import im.hongyan.bench.mqtt.MqttListener;
import im.hongyan.bench.mqtt.MqttLogin;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client as the protocol wants it: ignores pushes until its {@code connected_reply}, acknowledges
 * each push, and after a break connects again and repeats what was not answered, in order. Used
 * from its event loop alone.
 */
final class VirtualUser implements MqttListener {
  private static final long RECONNECT_MILLIS = 250;
  private static final long REPEAT_MILLIS = 500;
  private static final long ANSWER_WITHIN_MILLIS = 10_000;

  private final int number;
  private final UserId id;
  private final LoadPlan plan;
  private final EventLoop loop;
  private final DeliveryHistory history;
  private final String runPrefix;
  private final String padding;
  private final Runnable onAnswered;
  private final Map<String, SentMessage> unanswered = new LinkedHashMap<>();
  private final Deque<Conversation> creating = new ArrayDeque<>();
  private final CompletableFuture<VirtualUser> ready = new CompletableFuture<>();

  private @Nullable MqttConnection connection;
  private boolean listening;
  private boolean stopped;
  private int connections;
  private long refusals;
  private long beats;
  private long beatsAnswered;
  private long repeatedNanos = Long.MIN_VALUE;

  VirtualUser(
      int number,
      LoadPlan plan,
      EventLoop loop,
      DeliveryHistory history,
      String runPrefix,
      Runnable onAnswered) {
    this.number = number;
    this.id = new UserId(runPrefix + "-" + number);
    this.plan = plan;
    this.loop = loop;
    this.history = history;
    this.runPrefix = runPrefix;
    this.padding = "x".repeat(plan.bytes());
    this.onAnswered = onAnswered;
  }

  UserId id() {
    return id;
  }

  int unanswered() {
    return unanswered.size();
  }

  long refusals() {
    return refusals;
  }

  int connections() {
    return connections;
  }

  boolean isListening() {
    return listening;
  }

  /** Completes at the first {@code connected_reply}. */
  CompletableFuture<VirtualUser> ready() {
    return ready;
  }

  void connect() {
    if (stopped) {
      return;
    }
    MqttConnection.open(
        loop,
        plan.broker(),
        new MqttLogin(
            id.value() + ":load", id.value(), plan.tokenPrefix() + id.value(), Topics.toClient(id)),
        this);
  }

  /** Whether he takes from his connection what comes. */
  void reading(boolean reads) {
    if (connection != null) {
      connection.reading(reads);
    }
  }

  /** His connection breaks; he makes another. */
  void drop() {
    if (connection != null) {
      connection.abort();
    }
  }

  void stop() {
    stopped = true;
    if (connection != null) {
      connection.disconnect();
    }
  }

  /** Leaves in an orderly way until {@link #comeBack}. */
  void leave() {
    stop();
  }

  /** Connects again after {@link #leave}. */
  void comeBack() {
    stopped = false;
    connect();
  }

  /** Says that he is there, as who has nothing to send does. */
  void beat() {
    if (listening) {
      beats++;
      publish("{\"type\":\"heatbeat\",\"device\":\"load\"}", 1);
    }
  }

  /** How many heartbeats have not been answered. */
  long unansweredBeats() {
    return beats - beatsAnswered;
  }

  /** Creates the session; the members' answers tell that it is there. */
  void create(Conversation conversation) {
    creating.add(conversation);
    StringBuilder members = new StringBuilder();
    for (int member : conversation.members()) {
      if (member != number) {
        members.append(members.isEmpty() ? "\"" : ",\"");
        members.append(runPrefix).append('-').append(member).append('"');
      }
    }
    String kind = conversation.size() > 2 ? ",\"kind\":\"group\"" : "";
    publish("{\"type\":\"session_create\",\"members\":[" + members + "]" + kind + "}", 1);
  }

  void send(SentMessage message) {
    unanswered.put(clientMsgId(message), message);
    if (listening) {
      publishMessage(message);
    }
  }

  private void publishMessage(SentMessage message) {
    message.sent();
    String text = message.index() + ":" + padding;
    publish(
        "{\"type\":\"msg_send\",\"session\":\""
            + message.conversation().id()
            + "\",\"clientMsgId\":\""
            + clientMsgId(message)
            + "\",\"content\":{\"type\":\"text\",\"text\":\""
            + text.substring(0, Math.max(plan.bytes(), text.indexOf(':') + 1))
            + "\"}}",
        1);
  }

  private static String clientMsgId(SentMessage message) {
    return "c" + message.index();
  }

  private void publish(String json, int qos) {
    if (connection != null) {
      connection.publish(Topics.toServer(id), json.getBytes(StandardCharsets.UTF_8), qos);
    }
  }

  @Override
  public void opened(MqttConnection opened) {
    connection = opened;
    sayConnected(opened);
  }

  /** A server that is still starting may not answer: asked again until it does. */
  private void sayConnected(MqttConnection asking) {
    if (connection != asking || listening) {
      return;
    }
    publish("{\"type\":\"connected\",\"device\":{\"id\":\"load\",\"type\":\"load\"}}", 1);
    loop.schedule(() -> sayConnected(asking), ANSWER_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void closed(String reason) {
    connection = null;
    listening = false;
    if (!stopped) {
      loop.schedule(this::connect, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void message(byte[] payload) {
    long now = System.nanoTime();
    PushFrame frame = PushFrame.read(payload);
    switch (frame.type()) {
      case "msg_push" -> pushed(frame, now);
      case "msg_send_reply" -> answered(frame, now);
      case "connected_reply" -> connectedReply(frame);
      case "session_create_reply" -> sessionCreated(frame);
      case "heatbeat_reply" -> beatAnswered(frame);
      default -> {}
    }
  }

  private void connectedReply(PushFrame frame) {
    if (frame.errcode() != ErrorCode.OK.number()) {
      refusals++;
      loop.schedule(() -> reconnect(), REPEAT_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    if (listening) {
      return;
    }
    listening = true;
    connections++;
    ready.complete(this);
    for (SentMessage message : unanswered.values()) {
      publishMessage(message);
    }
  }

  private void reconnect() {
    if (connection != null && !listening) {
      connection.abort();
    }
  }

  private void sessionCreated(PushFrame frame) {
    Conversation conversation = creating.poll();
    if (conversation == null) {
      return;
    }
    if (frame.errcode() != ErrorCode.OK.number() || frame.firstResult() == null) {
      refusals++;
      loop.schedule(() -> create(conversation), REPEAT_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    conversation.created(new SessionId(frame.firstResult()));
    history.opened(conversation);
  }

  private void beatAnswered(PushFrame frame) {
    if (frame.errcode() == ErrorCode.OK.number()) {
      beatsAnswered++;
    }
  }

  private void pushed(PushFrame frame, long now) {
    if (!listening) {
      return;
    }
    history.pushed(
        number,
        frame.session() == null ? null : new SessionId(frame.session()),
        frame.seq(),
        indexOf(frame.text()),
        now);
    publish(
        "{\"type\":\"msg_recv\",\"session\":\""
            + frame.session()
            + "\",\"messagesendId\":\""
            + frame.deliveryId()
            + "\"}",
        plan.ackQos());
  }

  /** The place of a message among the run's, which its text begins with; -1 where it has none. */
  static int indexOf(@Nullable String text) {
    if (text == null) {
      return -1;
    }
    int end = text.indexOf(':');
    if (end <= 0 || !text.chars().limit(end).allMatch(Character::isDigit)) {
      return -1;
    }
    return Integer.parseInt(text, 0, end, 10);
  }

  private void answered(PushFrame frame, long now) {
    SentMessage message = frame.clientMsgId() == null ? null : unanswered.get(frame.clientMsgId());
    if (message == null) {
      return;
    }
    if (frame.errcode() == ErrorCode.OK.number()) {
      unanswered.remove(frame.clientMsgId());
      history.accepted(message, now);
      onAnswered.run();
      return;
    }
    refusals++;
    long wait = Math.max(REPEAT_MILLIS, frame.retryAfterMs());
    loop.schedule(() -> repeat(message), wait, TimeUnit.MILLISECONDS);
  }

  /**
   * An answer may be lost with the service that gave it, while the connection to the broker stays:
   * who got none for long sends again all that is unanswered, in order.
   */
  void repeatUnanswered() {
    if (!listening || unanswered.isEmpty()) {
      return;
    }
    long oldest = unanswered.values().iterator().next().sentNanos();
    if (System.nanoTime() - Math.max(oldest, repeatedNanos)
        > TimeUnit.MILLISECONDS.toNanos(ANSWER_WITHIN_MILLIS)) {
      repeatedNanos = System.nanoTime();
      for (SentMessage message : unanswered.values()) {
        publishMessage(message);
      }
    }
  }

  private void repeat(SentMessage message) {
    if (listening && unanswered.containsKey(clientMsgId(message))) {
      publishMessage(message);
    }
  }
}
