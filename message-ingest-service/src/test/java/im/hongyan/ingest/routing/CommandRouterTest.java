package im.hongyan.ingest.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.codec.WireCodec;
import im.hongyan.ingest.activity.Activities;
import im.hongyan.ingest.activity.ActivityReports;
import im.hongyan.ingest.command.Transport;
import im.hongyan.ingest.forward.Forwarding;
import im.hongyan.ingest.limit.Limits;
import im.hongyan.ingest.message.Messages;
import im.hongyan.ingest.reply.ReplyFixture;
import im.hongyan.model.DeviceId;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.ReadReported;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.RequestAnswered;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.session.client.SessionClientProperties;
import im.hongyan.session.client.SessionDirectory;
import im.hongyan.session.client.SessionServiceClient;
import im.hongyan.testsupport.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way from bytes to the reply, with everything around the service replaced. */
class CommandRouterTest {
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");

  private final MutableClock clock = MutableClock.atNewYear();
  private final AtomicLong nanos = new AtomicLong(1);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** Questions to other services, answered when a test says so. */
  private final Queue<Runnable> questions = new ArrayDeque<>();

  private final AuthBridge authBridge = new AuthBridge();
  private final Sessions sessions = new Sessions();
  private final FakeStream<SessionEvent> received = new FakeStream<>();
  private final FakeStream<SessionEvent> moderated = new FakeStream<>();
  private final FakeStream<ReceiverEvent> deliveries = new FakeStream<>();
  private final Broker broker = new Broker();
  private final ActivityReports activity = Activities.of(authBridge, clock);
  private Messages messages;
  private final CommandRouter router = router(100, 1000, 5);

  private CommandRouter router(long perSecond, long burst, int maxWaiting) {
    return router(perSecond, burst, 10_000, maxWaiting);
  }

  private CommandRouter router(long perSecond, long burst, long input, int maxWaiting) {
    Forwarding forwarding = Forwarding.to(authBridge, sessions, questions::add);
    SessionDirectory directory =
        new SessionDirectory(
            sessions,
            new SessionClientProperties(
                "http://unused",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                100,
                Duration.ofHours(1),
                Duration.ofMillis(200)),
            Ticker.systemTicker());
    messages =
        Messages.of(
            directory,
            forwarding.questions(),
            received,
            moderated,
            deliveries,
            ReplyFixture.through(broker, meters),
            clock,
            nanos);
    CommandHandlers handlers =
        new CommandHandlers(
            forwarding.connections(),
            forwarding.sessions(),
            messages.sending(),
            messages.changes(),
            messages.acknowledgements(),
            messages.reads(),
            messages.editing());
    SenderLanes lanes =
        new SenderLanes(
            new SenderLanes.Room(maxWaiting, 1 << 20), new SenderLanes.Room(100, 1 << 20));
    return new CommandRouter(
        new WireCodec(),
        Limits.of(perSecond, burst, input, nanos),
        lanes,
        forwarding.connections(),
        handlers::handle,
        activity,
        new IngestMeters(meters, lanes));
  }

  // What stands around the service.

  private static final class FakeStream<E> implements StreamPublisher<E> {
    private final List<E> published = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Void>> confirms = new CopyOnWriteArrayList<>();
    private boolean confirming = true;

    @Override
    public CompletableFuture<Void> publish(String key, E event) {
      published.add(event);
      CompletableFuture<Void> confirm =
          confirming ? CompletableFuture.completedFuture(null) : new CompletableFuture<>();
      confirms.add(confirm);
      return confirm;
    }

    @Override
    public CompletableFuture<Void> publishTo(int partition, E event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> publishInOrder(List<Placed<E>> events) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Broker implements ClientPublisher {
    private final List<String> published = new CopyOnWriteArrayList<>();

    @Override
    public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
      published.add(topic + " " + new String(payload, StandardCharsets.UTF_8));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isConnected() {
      return true;
    }
  }

  private static final class AuthBridge implements AuthBridgeClient {
    private final List<String> commands = new ArrayList<>();
    private final List<String> clients = new ArrayList<>();
    private final List<CarriedToken> proven = new ArrayList<>();
    private HongyanException refusal;
    private final List<Activity> reports = new ArrayList<>();
    private Callable<ForwardedReply> answer = () -> new ForwardedReply(Reply.ok("auth", ALICE));

    @Override
    public ForwardedReply command(String sender, String transport, String client, byte[] message) {
      clients.add(client);
      commands.add(sender + " " + transport + " " + new String(message, StandardCharsets.UTF_8));
      try {
        return answer.call();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public HeartbeatReplies heartbeats(Heartbeats heartbeats) {
      return new HeartbeatReplies(
          heartbeats.beats().stream().map(beat -> Reply.ok("heatbeat", beat.user())).toList());
    }

    @Override
    public void prove(CarriedToken token) {
      proven.add(token);
      if (refusal != null) {
        throw refusal;
      }
    }

    @Override
    public InternalToken exchange(ExternalToken token) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Presence presence(PresenceQuery query) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void active(Activity activity) {
      reports.add(activity);
    }
  }

  private static final class Sessions implements SessionServiceClient {
    private boolean down;

    @Override
    public Reply command(String sender, byte[] message) {
      return Reply.ok("session_create", new UserId(sender));
    }

    @Override
    public SessionView session(String id) {
      if (down) {
        throw HongyanException.unavailable("session-service is not reachable", null);
      }
      return switch (id) {
        case "none" -> throw HongyanException.notFound("session: none");
        case "ended" -> view(id, SessionView.INVALID, List.of());
        case "theirs" -> view(id, SessionView.VALID, List.of(BOB));
        case "large" ->
            view(
                id,
                SessionView.VALID,
                Stream.concat(
                        Stream.of(ALICE), IntStream.range(0, 10).mapToObj(i -> new UserId("u" + i)))
                    .toList());
        default -> view(id, SessionView.VALID, List.of(ALICE, BOB, new UserId("carol")));
      };
    }

    private static SessionView view(String id, String status, List<UserId> members) {
      return new SessionView(
          new SessionId(id),
          BOB,
          BOB,
          members,
          List.of(),
          SessionKind.GROUP,
          null,
          null,
          status,
          1,
          1,
          1,
          null);
    }
  }

  // How the tests speak.

  private CompletableFuture<Optional<Reply>> send(UserId sender, String json) {
    return router.route(
        sender, Transport.MQTT, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private void answerQuestions() {
    for (Runnable question = questions.poll(); question != null; question = questions.poll()) {
      question.run();
    }
  }

  private Reply reply(String json) {
    CompletableFuture<Optional<Reply>> answer = send(ALICE, json);
    answerQuestions();
    return answer.getNow(Optional.empty()).orElseThrow();
  }

  private static String msgSend(String session, String clientMsgId) {
    return "{'type':'msg_send','session':'%s','clientMsgId':'%s','requestId':'r','content':{'type':'text','text':'hi'}}"
        .formatted(session, clientMsgId);
  }

  private void warm() {
    reply(msgSend("s1", "warm"));
    received.published.clear();
    received.confirms.clear();
  }

  private List<String> publishedNames() {
    return received.published.stream()
        .map(event -> ((MessageReceived) event).clientMsgId())
        .toList();
  }

  // Changing messages.

  @Test
  void editGoesBehindItsMessageAndIsAnsweredWhenItIsDecided() {
    warm();
    CompletableFuture<Optional<Reply>> answer =
        send(
            ALICE,
            "{'type':'msg_edit','session':'s1','messagerecvId':'m1','requestId':'r','content':{'type':'text','text':'new'}}");

    assertThat(received.published)
        .containsExactly(
            new EditRequested(
                new MessageId("m1"),
                new SessionId("s1"),
                ALICE,
                Content.ofText("new"),
                "request-1",
                clock.millis()));
    assertThat(answer).isNotDone();
    messages.decided(new RequestAnswered(new SessionId("s1"), "request-1", ErrorCode.OK, null));

    assertThat(answer.join())
        .contains(
            Reply.ok("msg_edit", ALICE).withDelivery(null, new MessageId("m1")).withRequestId("r"));
  }

  @Test
  void reactionIsHandedOnAndRefusedWithItsReason() {
    warm();
    CompletableFuture<Optional<Reply>> answer =
        send(
            ALICE,
            "{'type':'msg_react','session':'s1','messagerecvId':'m1','reaction':'+1','remove':true}");

    assertThat(received.published)
        .containsExactly(
            new ReactionRequested(
                new MessageId("m1"),
                new SessionId("s1"),
                ALICE,
                "+1",
                true,
                "request-1",
                clock.millis()));
    messages.decided(
        new RequestAnswered(new SessionId("s1"), "request-1", ErrorCode.CONFLICT, "recalled"));

    assertThat(answer.join().orElseThrow())
        .returns("msg_react_reply", Reply::type)
        .returns(ErrorCode.CONFLICT, Reply::errcode)
        .returns("recalled", Reply::errmsg)
        .returns(new MessageId("m1"), Reply::messageId);
  }

  @Test
  void strangersChangeNothing() {
    String edit =
        "{'type':'msg_edit','session':'theirs','messagerecvId':'m1','content':{'type':'text','text':'x'}}";
    String react = "{'type':'msg_react','session':'theirs','messagerecvId':'m1','reaction':'+1'}";

    assertThat(reply(edit).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(reply(react).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(received.published).isEmpty();
  }

  // What may be said.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'type':'images','images':['https://f/1.png',{'url':'/f/2.png','width':640}]}
          {'type':'videos','videos':['/f/1.mp4']}
          {'type':'files','files':[{'url':'/f/1.pdf','name':'a.pdf'}]}
          {'type':'audios','audios':[{'url':'/f/1.ogg','seconds':3}]}
          {'type':'link','link':'https://example.com'}
          {'type':'link','link':{'url':'https://example.com','title':'Example'}}
          {'type':'share','share':{'card':1}}
          {'type':'reference','reference':{'messagerecvId':'m1'},'text':'yes'}
          {'type':'text','text':'yes','reference':{'messagerecvId':'m1','seq':3}}
          {'type':'text','text':'@bob','mentions':['bob','carol']}
          {'type':'liveaudio'}
          {'type':'livevideo'}
          {'type':'custom','anything':[null,{}]}
          """)
  void everyKindOfContentIsAccepted(String content) {
    assertThat(reply(withContent(content))).returns(ErrorCode.OK, Reply::errcode);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'type':'text'}                                              | content.text: missing or empty
          {'type':'images','images':[]}                                | content.images: missing or empty
          {'type':'images','images':['']}                              | content.images[0]: no link
          {'type':'images','images':['/f/1.png',{'alt':'x'}]}          | content.images[1]: no link
          {'type':'videos','videos':[7]}                               | content.videos[0]: no link
          {'type':'files','files':[{'url':7}]}                         | content.files[0]: no link
          {'type':'audios','audios':[null]}                            | content.audios[0]: no link
          {'type':'link','link':{'title':'x'}}                         | content.link: no link
          {'type':'share'}                                             | content.share: missing or empty
          {'type':'reference'}                                         | content.reference: missing or empty
          {'type':'reference','reference':'m1'}                        | content.reference: names no message
          {'type':'reference','reference':{'messagerecvId':'no id'}}   | content.reference.messagerecvId
          {'type':'text','text':'x','reference':{}}                    | content.reference: names no message
          {'type':'text','text':'x','mentions':'bob'}                  | content.mentions: wrong type
          {'type':'text','text':'x','mentions':['bob','eve']}          | content.mentions: eve
          {'type':'text','text':'x','mentions':[7]}                    | content.mentions: 7
          {'type':'nonsense'}                                          | content.type: "nonsense"
          """)
  void whatIsWrongWithAContentIsSaid(String content, String expected) {
    for (String type : List.of("msg_send", "msg_edit")) {
      assertThat(reply(withContent(content, type)))
          .returns(ErrorCode.BAD_REQUEST, Reply::errcode)
          .extracting(Reply::errmsg)
          .asString()
          .startsWith(expected)
          .contains("expected: ");
    }
    assertThat(received.published).isEmpty();
  }

  @Test
  void onlyKeepersOfAGroupMentionEverybodyAndNobodySpeaksForTheServer() {
    String everybody = withContent("{'type':'text','text':'x','mentions':['*']}");
    assertThat(reply(everybody).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    CompletableFuture<Optional<Reply>> ofOwner = send(BOB, everybody);
    answerQuestions();
    assertThat(ofOwner.join().orElseThrow().errcode()).isEqualTo(ErrorCode.OK);

    assertThat(reply(withContent("{'type':'system','event':'session_create'}")).errcode())
        .isEqualTo(ErrorCode.FORBIDDEN);
  }

  @Test
  void aMessageHoldsAtMostAHundredParts() {
    String links = String.join(",", Collections.nCopies(101, "'/f/1.png'"));
    assertThat(reply(withContent("{'type':'images','images':[" + links + "]}")).errmsg())
        .isEqualTo("content.images: 101 (expected: at most 100)");
  }

  private static String withContent(String content) {
    return withContent(content, "msg_send");
  }

  private static String withContent(String content, String type) {
    return "{'type':'%s','session':'s1','clientMsgId':'c','messagerecvId':'m1','content':%s}"
        .formatted(type, content);
  }

  // Reading.

  private static String msgRead(String session, long seq) {
    return "{'type':'msg_read','session':'%s','seq':%d,'requestId':'r'}".formatted(session, seq);
  }

  @Test
  void whatAMemberHasReadGoesToTheOwnerOfTheSessionAndIsAnsweredWhenItIsDurable() {
    warm();
    moderated.confirming = false;
    CompletableFuture<Optional<Reply>> answer = send(ALICE, msgRead("s1", 7));

    assertThat(moderated.published)
        .containsExactly(new ReadReported(new SessionId("s1"), ALICE, 7, clock.millis()));
    assertThat(answer).isNotDone();
    moderated.confirms.getFirst().complete(null);

    assertThat(answer.join()).contains(Reply.ok("msg_read", ALICE).withRequestId("r"));
    assertThat(received.published).isEmpty();
  }

  @Test
  void strangersHaveReadNothingAndPlacesBeginAtOne() {
    assertThat(reply(msgRead("theirs", 7)).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(reply(msgRead("none", 7)).errcode()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(reply(msgRead("s1", 0)))
        .returns(ErrorCode.BAD_REQUEST, Reply::errcode)
        .returns("seq: 0 (expected: at least 1)", Reply::errmsg);
    assertThat(moderated.published).isEmpty();
  }

  // Recalling.

  private static String msgCancel(String session, String message) {
    return "{'type':'msg_cancel','session':'%s','messagerecvId':'%s','requestId':'r'}"
        .formatted(session, message);
  }

  @Test
  void recallGoesBehindItsMessageAndIsAnsweredWhenItIsDecided() {
    warm();
    send(ALICE, msgSend("s1", "1"));
    CompletableFuture<Optional<Reply>> answer = send(ALICE, msgCancel("s1", "m1"));

    assertThat(answer).isNotDone();
    assertThat(received.published.getLast())
        .isEqualTo(
            new RecallRequested(
                new MessageId("m1"),
                new SessionId("s1"),
                ALICE,
                false,
                "request-1",
                clock.millis()));
    messages.decided(
        new RequestAnswered(new SessionId("s1"), "another's", ErrorCode.FORBIDDEN, "no"));
    assertThat(answer).isNotDone();
    messages.decided(new RequestAnswered(new SessionId("s1"), "request-1", ErrorCode.OK, null));

    assertThat(answer.join())
        .contains(
            Reply.ok("msg_cancel", ALICE)
                .withDelivery(null, new MessageId("m1"))
                .withRequestId("r"));
    assertThat(messages.undecided()).isZero();
  }

  @Test
  void ownerIsKnownAsSuchWhenHeRecalls() {
    send(BOB, msgCancel("s1", "m1"));
    answerQuestions();

    assertThat(received.published)
        .singleElement()
        .isInstanceOfSatisfying(
            RecallRequested.class, request -> assertThat(request.keeper()).isTrue());
  }

  @Test
  void refusedRecallSaysWhyAndNamesTheMessage() {
    warm();
    CompletableFuture<Optional<Reply>> answer = send(ALICE, msgCancel("s1", "m1"));
    messages.decided(
        new RequestAnswered(new SessionId("s1"), "request-1", ErrorCode.CONFLICT, "too old"));

    Reply reply = answer.join().orElseThrow();
    assertThat(reply.type()).isEqualTo("msg_cancel_reply");
    assertThat(reply.errcode()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(reply.errmsg()).isEqualTo("too old");
    assertThat(reply.messageId()).isEqualTo(new MessageId("m1"));
  }

  @ParameterizedTest
  @CsvSource({"none,NOT_FOUND", "ended,CONFLICT", "theirs,FORBIDDEN"})
  void whoIsNotInASessionRecallsNothingThere(String session, ErrorCode expected) {
    assertThat(reply(msgCancel(session, "m1")).errcode()).isEqualTo(expected);
    assertThat(received.published).isEmpty();
  }

  @Test
  void recallThatNobodyDecidesMayBeRepeated() {
    warm();

    Reply reply = send(ALICE, msgCancel("s1", "m1")).join().orElseThrow();

    assertThat(reply.errcode()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(messages.undecided()).isZero();
  }

  @Test
  void recallThatIsNotDurableIsAnsweredSo() {
    warm();
    received.confirming = false;
    CompletableFuture<Optional<Reply>> answer = send(ALICE, msgCancel("s1", "m1"));
    received
        .confirms
        .getFirst()
        .completeExceptionally(HongyanException.unavailable("no broker", null));

    assertThat(answer.join().orElseThrow())
        .returns(ErrorCode.UNAVAILABLE, Reply::errcode)
        .returns("no broker", Reply::errmsg);
    assertThat(messages.undecided()).isZero();
  }

  // Sending.

  @Test
  void messageIsAnsweredOnlyAfterItsConfirm() {
    warm();
    received.confirming = false;
    CompletableFuture<Optional<Reply>> answer = send(ALICE, msgSend("s1", "1"));
    assertThat(received.published).hasSize(1);
    assertThat(answer).isNotDone();

    received.confirms.getFirst().complete(null);
    Reply reply = answer.join().orElseThrow();
    MessageId id = MessageId.of(ALICE, null, "1", new SessionId("s1"));
    assertThat(reply)
        .isEqualTo(
            Reply.ok("msg_send", ALICE)
                .withRequestId("r")
                .withMessage("1", id, clock.millis())
                .withSession(new SessionId("s1")));
    assertThat(received.published.getFirst())
        .isInstanceOfSatisfying(
            MessageReceived.class,
            event -> {
              assertThat(event.id()).isEqualTo(id);
              assertThat(event.sender()).isEqualTo(ALICE);
              assertThat(event.createdAt()).isEqualTo(clock.millis());
            });
  }

  @Test
  void warmSendersMessagesArePublishedWithoutAskingAnybodyAndWithoutWaitingForConfirms() {
    warm();
    received.confirming = false;
    IntStream.range(0, 50).forEach(i -> send(ALICE, msgSend("s1", "m" + i)));
    assertThat(questions).isEmpty();
    assertThat(publishedNames())
        .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(i -> "m" + i).toList());
  }

  @Test
  void messagesBehindACacheMissKeepTheirOrderAndOtherSendersGoOn() {
    warm();
    send(BOB, msgSend("s1", "b0"));
    received.published.clear();

    send(ALICE, msgSend("cold", "1"));
    send(ALICE, msgSend("s1", "2"));
    send(ALICE, msgSend("s1", "3"));
    send(BOB, msgSend("s1", "b1"));
    assertThat(publishedNames()).containsExactly("b1");

    answerQuestions();
    assertThat(publishedNames()).containsExactly("b1", "1", "2", "3");
  }

  @Test
  void sameMessageAgainHasTheSameIdAndTimeAndIsPublishedOnce() {
    Reply first = reply(msgSend("s1", "1"));
    clock.advance(Duration.ofSeconds(5));
    assertThat(reply(msgSend("s1", "1"))).isEqualTo(first);
    assertThat(received.published).hasSize(1);
  }

  @Test
  void sameMessageFromTenThreadsIsPublishedOnceAndAllAreAnsweredByItsConfirm() throws Exception {
    CommandRouter roomy = router(100, 1000, 100);
    route(roomy, msgSend("s1", "roomy").replace('\'', '"'));
    received.published.clear();
    received.confirms.clear();
    received.confirming = false;
    List<CompletableFuture<Optional<Reply>>> answers = new CopyOnWriteArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
      List<Callable<Boolean>> senders = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Transport transport = i % 2 == 0 ? Transport.MQTT : Transport.HTTP;
        byte[] json = msgSend("s1", "1").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        senders.add(() -> answers.add(roomy.route(ALICE, transport, json)));
      }
      for (Future<Boolean> sent : threads.invokeAll(senders)) {
        sent.get();
      }
    }
    assertThat(received.published).hasSize(1);
    assertThat(answers).hasSize(10).noneMatch(CompletableFuture::isDone);
    received.confirms.getFirst().complete(null);
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.join().orElseThrow().isOk()).isTrue());
  }

  @Test
  void messageWhosePublishFailedIsUnavailableAndKeepsItsTimeWhenItIsSentAgain() {
    warm();
    received.confirming = false;
    CompletableFuture<Optional<Reply>> first = send(ALICE, msgSend("s1", "1"));
    CompletableFuture<Optional<Reply>> second = send(ALICE, msgSend("s1", "2"));
    long acceptedAt = clock.millis();
    received.confirms.get(0).completeExceptionally(HongyanException.unavailable("down", null));
    received.confirms.get(1).complete(null);
    Reply failed = first.join().orElseThrow();
    assertThat(failed.errcode()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failed.clientMsgId()).isEqualTo("1");
    assertThat(second.join().orElseThrow().isOk()).isTrue();

    clock.advance(Duration.ofSeconds(5));
    received.confirming = true;
    assertThat(reply(msgSend("s1", "1")).createdAt()).isEqualTo(acceptedAt);
    assertThat(publishedNames()).containsExactly("1", "2", "1");
  }

  @ParameterizedTest
  @CsvSource({
    "none, NOT_FOUND",
    "ended, CONFLICT",
    "theirs, FORBIDDEN",
  })
  void whoMayNotWriteInASessionIsToldWhy(String session, ErrorCode code) {
    Reply reply = reply(msgSend(session, "1"));
    assertThat(reply.errcode()).isEqualTo(code);
    assertThat(reply.clientMsgId()).isEqualTo("1");
    assertThat(reply.requestId()).isEqualTo("r");
    assertThat(received.published).isEmpty();
  }

  @Test
  void sessionServiceBeingDownIsUnavailableAndTheNextMessageGoesOn() {
    sessions.down = true;
    assertThat(reply(msgSend("s1", "1")).errcode()).isEqualTo(ErrorCode.UNAVAILABLE);
    sessions.down = false;
    assertThat(reply(msgSend("s1", "1")).isOk()).isTrue();
  }

  @Test
  void systemContentIsForTheServerAlone() {
    assertThat(
            reply(
                    "{'type':'msg_send','session':'s1','clientMsgId':'1','content':{'type':'system'}}")
                .errcode())
        .isEqualTo(ErrorCode.FORBIDDEN);
  }

  // Bad input.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{}",
        "{'type':1}",
        "{'type':'msg_send'}",
        "{'type':'msg_send','session':'a/b','clientMsgId':'1','content':{'type':'text','text':'x'}}",
        "{'type':'msg_send','session':'s1','clientMsgId':'1','content':{'type':'nothing'}}",
        "{'type':'msg_recv','session':'s1'}",
        "{'type':'no_such_type','requestId':'r'}",
        "{'type':'msg_cancel','session':'s1'}",
        "{'type':'call_state','session':'s1','messagerecvId':'m1'}",
        "\u0000\u0001",
      })
  void badInputIsAnsweredAndDisturbsNothing(String json) {
    Reply reply = reply(json);
    assertThat(reply.errcode()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(reply.userId()).isEqualTo(ALICE);
    assertThat(reply(msgSend("s1", "1")).isOk()).isTrue();
  }

  @Test
  void invalidUtf8AndOversizedInputAreBadRequestsAndCounted() {
    byte[] large = new byte[1 << 20];
    for (byte[] bytes : List.of(new byte[] {'"', (byte) 0xff, '"'}, large)) {
      assertThat(router.route(ALICE, Transport.MQTT, bytes).join().orElseThrow().errcode())
          .isEqualTo(ErrorCode.BAD_REQUEST);
    }
    assertThat(meters.counter("hongyan.ingest.bad.input").count()).isEqualTo(2);
  }

  @Test
  void payloadCannotSpeakForSomebodyElse() {
    assertThat(reply("{'type':'heatbeat','user':'bob'}").errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(reply("{'type':'heatbeat','user':'alice'}").isOk()).isTrue();
  }

  // Limits.

  @Test
  void senderBeyondHisRateIsToldWhenToComeBackAndAcknowledgementsAreFree() {
    CommandRouter limited = router(10, 2, 5);
    String json = "{\"type\":\"msg_editing\",\"session\":\"%s\"}";
    for (int i = 0; i < 2; i++) {
      route(limited, json.formatted("s" + i));
    }
    Reply refused = route(limited, json.formatted("s9"));
    assertThat(refused.errcode()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(refused.retryAfterMs()).isEqualTo(100);
    assertThat(
            route(limited, "{\"type\":\"msg_recv\",\"session\":\"s1\",\"messagesendId\":\"d1\"}")
                .isOk())
        .isTrue();
    assertThat(route(limited, "{\"type\":\"heatbeat\"}").isOk()).isTrue();

    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(route(limited, json.formatted("s8")).isOk()).isTrue();
  }

  @Test
  void acknowledgementsBeyondAllMeasureAreToldWhenToComeBack() {
    CommandRouter limited = router(1, 1, 10, 5);
    String json =
        "{\"type\":\"msg_recv\",\"requestId\":\"r\",\"session\":\"s1\",\"messagesendId\":\"d1\"}";
    for (int i = 0; i < 100; i++) {
      assertThat(route(limited, json).isOk()).isTrue();
    }
    assertThat(route(limited, json))
        .satisfies(
            refused -> {
              assertThat(refused.type()).isEqualTo("msg_recv_reply");
              assertThat(refused.errcode()).isEqualTo(ErrorCode.RATE_LIMITED);
              assertThat(refused.retryAfterMs()).isEqualTo(100);
              assertThat(refused.deliveryId()).hasToString("d1");
              assertThat(refused.requestId()).isEqualTo("r");
            });
    assertThat(deliveries.published).hasSize(100);

    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(route(limited, json).isOk()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"no json", "{\"type\":\"heatbeat\"}", "{\"type\":\"heatbeat\",\"user\":\"bob\"}"})
  void whatCostsNoPermitsIsLimitedAsWell(String json) {
    CommandRouter limited = router(1, 1, 1, 5);
    for (int i = 0; i < 10; i++) {
      assertThat(route(limited, json).errcode()).isNotEqualTo(ErrorCode.RATE_LIMITED);
    }
    assertThat(route(limited, json).errcode()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(
            limited
                .route(BOB, Transport.MQTT, json.getBytes(StandardCharsets.UTF_8))
                .getNow(Optional.empty())
                .map(Reply::errcode))
        .isNotEqualTo(Optional.of(ErrorCode.RATE_LIMITED));
  }

  @Test
  void largeInputCountsByItsSizeAndIsNotReadWhenItIsTooMuch() {
    CommandRouter limited = router(1, 1, 1, 5);
    byte[] large = " ".repeat(40_000).getBytes(StandardCharsets.UTF_8);
    Reply read = limited.route(ALICE, Transport.MQTT, large).join().orElseThrow();
    assertThat(read.errcode()).isEqualTo(ErrorCode.BAD_REQUEST);
    Reply refused = limited.route(ALICE, Transport.MQTT, large).join().orElseThrow();
    assertThat(refused.errcode()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(refused.type()).isEqualTo("error_reply");
    assertThat(meters.counter("hongyan.ingest.bad.input").count()).isOne();
  }

  @Test
  void heartbeatsOfADeviceThatComeWhileOneIsUnderWayAreAnsweredWithIt() {
    List<CompletableFuture<Optional<Reply>>> beats =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    send(ALICE, "{'type':'heatbeat','device':'d1','requestId':'r%d'}".formatted(i)))
            .toList();
    send(ALICE, "{'type':'heatbeat','device':'d2'}");
    assertThat(questions).hasSize(2);
    answerQuestions();
    assertThat(IntStream.range(0, 50).mapToObj(i -> beats.get(i).join().orElseThrow().requestId()))
        .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(i -> "r" + i).toList());

    send(ALICE, "{'type':'heatbeat','device':'d1'}");
    assertThat(questions).hasSize(1);
  }

  @Test
  void oneUserCannotTakeAllPlacesOfThoseWhoAskOtherServices() {
    List<CompletableFuture<Optional<Reply>>> beats =
        IntStream.range(0, 20)
            .mapToObj(i -> send(ALICE, "{'type':'heatbeat','device':'d%d'}".formatted(i)))
            .toList();
    assertThat(beats.subList(0, 8)).noneMatch(CompletableFuture::isDone);
    assertThat(beats.subList(8, 20))
        .allSatisfy(
            beat ->
                assertThat(beat.join().orElseThrow().errcode()).isEqualTo(ErrorCode.RATE_LIMITED));
    assertThat(send(BOB, "{'type':'heatbeat'}")).isNotDone();
    answerQuestions();
    assertThat(beats.subList(0, 8)).allMatch(CompletableFuture::isDone);
    assertThat(reply("{'type':'heatbeat','device':'d9'}").isOk()).isTrue();
  }

  private Reply route(CommandRouter to, String json) {
    CompletableFuture<Optional<Reply>> answer =
        to.route(ALICE, Transport.MQTT, json.getBytes(StandardCharsets.UTF_8));
    answerQuestions();
    return answer.join().orElseThrow();
  }

  @Test
  void waitingBehindACacheMissIsBounded() {
    List<CompletableFuture<Optional<Reply>>> answers =
        IntStream.range(0, 8).mapToObj(i -> send(ALICE, msgSend("cold", "m" + i))).toList();
    assertThat(answers.subList(0, 6)).noneMatch(CompletableFuture::isDone);
    assertThat(answers.subList(6, 8))
        .allSatisfy(
            answer -> {
              Reply reply = answer.join().orElseThrow();
              assertThat(reply.errcode()).isEqualTo(ErrorCode.RATE_LIMITED);
              assertThat(reply.retryAfterMs()).isPositive();
            });
    answerQuestions();
    assertThat(publishedNames()).containsExactly("m0", "m1", "m2", "m3", "m4", "m5");
  }

  @Test
  void editingGoesToTheOtherMembersAtMostOnceInAWhile() {
    String json = "{'type':'msg_editing','session':'s1'}";
    assertThat(reply(json).isOk()).isTrue();
    assertThat(broker.published)
        .hasSize(2)
        .anySatisfy(
            told ->
                assertThat(told)
                    .startsWith("/root/client/bob ")
                    .contains("\"user\":\"alice\"", "\"type\":\"msg_editing_reply\""));
    assertThat(reply(json).errcode()).isEqualTo(ErrorCode.RATE_LIMITED);
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(reply(json).isOk()).isTrue();
    assertThat(broker.published).hasSize(4);
  }

  @Test
  void nobodyIsToldWhoWritesInALargeSession() {
    assertThat(reply("{'type':'msg_editing','session':'large'}").isOk()).isTrue();
    assertThat(broker.published).isEmpty();
  }

  // Acknowledgements.

  @Test
  void acknowledgementGoesToTheReceiversStream() {
    Reply reply = reply("{'type':'msg_recv','session':'s1','messagesendId':'d1','upTo':true}");
    assertThat(reply.isOk()).isTrue();
    assertThat(reply.deliveryId()).hasToString("d1");
    assertThat(deliveries.published)
        .containsExactly(
            new ReceiverEvent.Acknowledged(ALICE, new im.hongyan.model.DeliveryId("d1"), true));
  }

  // What other services answer.

  @Test
  void connectionCommandIsHandedOnAsItIsAndItsAnswerMayComeAnotherWay() {
    authBridge.answer = () -> new AuthBridgeClient.ForwardedReply(null);
    String json = "{'type':'connected','device':{'id':'d1'},'token':'t'}";
    CompletableFuture<Optional<Reply>> connected = send(ALICE, json);
    CompletableFuture<Optional<Reply>> behind = send(ALICE, msgSend("s1", "1"));
    assertThat(received.published).isEmpty();
    answerQuestions();
    assertThat(connected.join()).isEmpty();
    assertThat(behind.join().orElseThrow().isOk()).isTrue();
    assertThat(authBridge.commands).containsExactly("alice mqtt " + json.replace('\'', '"'));
  }

  @Test
  void heartbeatHoldsNothingUp() {
    warm();
    CompletableFuture<Optional<Reply>> beat = send(ALICE, "{'type':'heartbeat'}");
    assertThat(send(ALICE, msgSend("s1", "1"))).isDone();
    assertThat(beat).isNotDone();
    answerQuestions();
    assertThat(beat).isDone();
  }

  @Test
  void newTokenOnAMessageIsProvenOnceAndFirst() {
    warm();
    String json =
        "{'type':'msg_send','token':'t1','device':'d1','session':'s1','clientMsgId':'%s','content':{'type':'text','text':'x'}}";
    send(ALICE, json.formatted("1"));
    send(ALICE, json.formatted("2"));
    assertThat(received.published).isEmpty();
    answerQuestions();
    assertThat(publishedNames()).containsExactly("1", "2");
    assertThat(authBridge.proven)
        .containsExactly(new AuthBridgeClient.CarriedToken(ALICE, "t1", new DeviceId("d1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'type':'heatbeat'",
        "'type':'status','status':'busy'",
        "'type':'logout'",
        "'type':'session_list'",
        "'type':'msg_recv','session':'s1','messagesendId':'d1'",
      })
  void tokenThatNobodyKnowsIsProvenWhateverCarriesIt(String command) {
    String json = "{%s,'token':'forged','device':'d1'}".formatted(command);
    authBridge.refusal = HongyanException.unauthenticated("token: unknown");
    assertThat(reply(json).errcode()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(authBridge.commands).isEmpty();
    assertThat(deliveries.published).isEmpty();

    authBridge.refusal = null;
    assertThat(reply(json).isOk()).isTrue();
    assertThat(authBridge.proven)
        .hasSize(2)
        .containsOnly(new AuthBridgeClient.CarriedToken(ALICE, "forged", new DeviceId("d1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'type':'auth','device':'d1'", "'type':'connected','device':{'id':'d1'}"})
  void tokenThatAuthBridgeAcceptedIsNotAskedAboutAgain(String command) {
    reply("{%s,'token':'t1'}".formatted(command));
    assertThat(reply("{'type':'heatbeat','token':'t1','device':'d1'}").isOk()).isTrue();
    assertThat(authBridge.proven).isEmpty();
  }

  @Test
  void tokenThatAuthBridgeRefusedIsAskedAboutAgain() {
    authBridge.answer =
        () ->
            new AuthBridgeClient.ForwardedReply(
                Reply.failed("auth", ALICE, HongyanException.unauthenticated("token: unknown")));
    reply("{'type':'auth','token':'t1','device':'d1'}");
    reply("{'type':'msg_recv','session':'s1','messagesendId':'d1','token':'t1','device':'d1'}");
    assertThat(authBridge.proven).hasSize(1);
  }

  @Test
  void tokenOnAMessageNeedsNoDevice() {
    warm();
    String json =
        "{'type':'msg_send','token':'t1','session':'s1','clientMsgId':'1','content':{'type':'text','text':'x'}}";
    assertThat(reply(json).isOk()).isTrue();
    assertThat(authBridge.proven)
        .containsExactly(new AuthBridgeClient.CarriedToken(ALICE, "t1", null));
  }

  @Test
  void clientThatSpeaksIsNamedWhereTheBrokerTells() {
    byte[] beat = "{\"type\":\"status\",\"status\":\"busy\"}".getBytes(StandardCharsets.UTF_8);
    router.route(ALICE, Transport.MQTT, "alice:x1", beat);
    router.route(ALICE, Transport.HTTP, beat);
    answerQuestions();
    assertThat(authBridge.clients).containsExactly("alice:x1", null);
  }

  @Test
  void longUnknownTypeIsNotSentBackWhole() {
    Reply reply = reply("{'type':'%s'}".formatted("x".repeat(100_000)));
    assertThat(reply.errcode()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(reply.type()).hasSizeLessThan(100);
    assertThat(reply.errmsg()).hasSizeLessThan(200);
  }

  @Test
  void messageWithARefusedTokenIsRefused() {
    authBridge.refusal = HongyanException.unauthenticated("token: unknown");
    Reply reply =
        reply(
            "{'type':'msg_send','token':'bad','session':'s1','clientMsgId':'1','content':{'type':'text','text':'x'}}");
    assertThat(reply.type()).isEqualTo("msg_send_reply");
    assertThat(reply.errcode()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(received.published).isEmpty();
  }

  @Test
  void failureThatNobodyExpectsIsFailedAndTheNextMessageGoesOn() {
    authBridge.answer =
        () -> {
          throw new IllegalStateException("a defect");
        };
    Reply reply = reply("{'type':'auth','token':'t'}");
    assertThat(reply.errcode()).isEqualTo(ErrorCode.FAILED);
    assertThat(reply.errmsg()).doesNotContain("defect");
    assertThat(reply(msgSend("s1", "1")).isOk()).isTrue();
  }

  @Test
  void sessionCommandIsAnsweredBySessionService() {
    assertThat(reply("{'type':'session_create','members':['bob']}").type())
        .isEqualTo("session_create_reply");
  }

  @Test
  void whoWasHeardOfOtherThanByHeartbeatsIsReportedOnceForEachDevice() {
    reply("{'type':'heatbeat','device':'d0'}");
    reply("{'type':'status','status':'busy','device':'d1'}");
    clock.advance(Duration.ofSeconds(1));
    reply("{'type':'status','status':'busy','device':'d1'}");
    Activities.report(activity);
    Activities.report(activity);
    assertThat(authBridge.reports)
        .containsExactly(
            new AuthBridgeClient.Activity(
                List.of(new AuthBridgeClient.Seen(ALICE, new DeviceId("d1"), clock.millis()))));
  }
}
