package im.hongyan.auth.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.Filters;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import im.hongyan.auth.client.AuthBridgeClient.Beat;
import im.hongyan.auth.token.Tokens;
import im.hongyan.auth.usersystem.DemoUsers;
import im.hongyan.auth.usersystem.Owner;
import im.hongyan.auth.usersystem.TokenHash;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.DeviceId;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.event.PresenceEvent.StatusChanged;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.RequestHeader;
import im.hongyan.model.wire.UserStatus;
import im.hongyan.testsupport.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ConnectionsIT {
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final DeviceId PHONE = new DeviceId("phone");
  private static final String OTHER_TOKEN = "demo-alice#2";
  private static final DeviceId LAPTOP = new DeviceId("laptop");

  private static EmbeddedMongo server;
  private static MongoClient client;

  private final MutableClock clock = MutableClock.atNewYear();
  private final List<ReceiverEvent> told = new CopyOnWriteArrayList<>();
  private final List<StatusChanged> news = new CopyOnWriteArrayList<>();
  private final OpenClients clients = new OpenClients();
  private boolean streamDown;
  private Runnable beforeTheWord = () -> {};
  private boolean diesAfterTheWord;
  private MongoCollection<Document> collection;
  private Connections connections;

  @BeforeAll
  static void startStore() {
    server = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    client = MongoClients.create(server.connectionString());
  }

  @AfterAll
  static void stopStore() {
    client.close();
    server.close();
  }

  @BeforeEach
  void open() {
    collection = client.getDatabase("t" + UUID.randomUUID()).getCollection(Users.COLLECTION);
    connections = replica();
    connections.prepare(false);
  }

  @Test
  void connectedOverMqttMakesOnlineAndIsAnsweredInOrderWithWhatIsPushed() {
    Optional<Reply> reply = connect(ALICE, PHONE, "demo-alice");

    assertThat(reply).isEmpty();
    assertThat(told)
        .singleElement()
        .isInstanceOfSatisfying(
            ReceiverEvent.Connected.class,
            event -> {
              assertThat(event.receiver()).isEqualTo(ALICE);
              assertThat(event.reply().type()).isEqualTo("connected_reply");
              assertThat(event.reply().isOk()).isTrue();
            });
    Document stored = stored(ALICE);
    assertThat(stored.getString("status")).isEqualTo("online");
    assertThat(stored.getString("msgTopic")).isEqualTo("/root/client/alice");
    assertThat(stored).containsKeys("lastLoginAt", "lastActiveAt", "videoPushUrl", "audioPushUrl");
    Document connection = stored.getList("connections", Document.class).getFirst();
    assertThat(connection.getString("device")).isEqualTo("phone");
    assertThat(connection.getString("token")).isEqualTo(TokenHash.of("demo-alice").hex());
    assertThat(stored.toJson()).doesNotContain("demo-alice");
  }

  @Test
  void connectedOverHttpIsAnsweredDirectly() {
    Optional<Reply> reply =
        connections.connected(ALICE, header("demo-alice", null), device(PHONE), "http", null);

    assertThat(reply).hasValueSatisfying(answer -> assertThat(answer.isOk()).isTrue());
    assertThat(told).containsExactly(new ReceiverEvent.Connected(ALICE, null));
  }

  @Test
  void anotherUsersTokenIsRefusedAndNothingIsRegistered() {
    assertThat(codeOf(() -> connect(ALICE, PHONE, "demo-bob")))
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(connections.statuses(List.of(ALICE)).keySet()).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void theSameDeviceReplacesItsConnectionAndAnotherOneIsAdded() {
    connect(ALICE, PHONE, null);
    connect(ALICE, PHONE, null);
    connect(ALICE, LAPTOP, null);

    assertThat(stored(ALICE).getList("connections", Document.class))
        .extracting(one -> one.getString("device"))
        .containsExactly("phone", "laptop");
  }

  @Test
  void devicesThatRaceAreAllRegistered() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture.allOf(
              IntStream.range(0, 16)
                  .mapToObj(
                      i ->
                          CompletableFuture.runAsync(
                              () -> connect(ALICE, new DeviceId("d" + i % 8), null), threads))
                  .toArray(CompletableFuture[]::new))
          .join();
    }

    assertThat(stored(ALICE).getList("connections", Document.class))
        .extracting(one -> one.getString("device"))
        .containsExactlyInAnyOrder("d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7");
  }

  @Test
  void moreDevicesThanAllowedAreAConflict() {
    IntStream.range(0, 10).forEach(i -> connect(ALICE, new DeviceId("d" + i), null));

    assertThat(codeOf(() -> connect(ALICE, PHONE, null))).isEqualTo(ErrorCode.CONFLICT);
    connect(ALICE, new DeviceId("d3"), null);
  }

  @Test
  void theLastLogoutMakesOffline() {
    connect(ALICE, PHONE, null);
    connect(ALICE, LAPTOP, null);
    told.clear();

    connections.logout(ALICE, PHONE);
    assertThat(told).isEmpty();
    assertThat(connections.statuses(List.of(ALICE, BOB)).keySet()).containsExactly(ALICE);

    connections.logout(ALICE, null);
    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(ALICE));
    assertThat(stored(ALICE).getString("status")).isEqualTo("offline");
    assertThat(connections.statuses(List.of(ALICE, BOB)).keySet()).isEmpty();
  }

  @Test
  void withSeveralDevicesTheOneThatSpeaksHasToSaySo() {
    connect(ALICE, PHONE, null);
    connections.heartbeat(ALICE, null);
    connect(ALICE, LAPTOP, null);

    assertThat(codeOf(() -> connections.heartbeat(ALICE, null))).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(codeOf(() -> connections.logout(ALICE, null))).isEqualTo(ErrorCode.BAD_REQUEST);
    connections.heartbeat(ALICE, LAPTOP);
    assertThat(codeOf(() -> connections.heartbeat(BOB, null))).isEqualTo(ErrorCode.CONFLICT);
  }

  @Test
  void heartbeatsOfManyAreAnsweredEachForItself() {
    connect(ALICE, PHONE, null);
    connect(ALICE, LAPTOP, null);
    connect(BOB, PHONE, null);
    clock.advance(Duration.ofSeconds(60));

    List<Optional<HongyanException>> refusals =
        connections.heartbeats(
            List.of(
                new Beat(ALICE, LAPTOP),
                new Beat(ALICE, null),
                new Beat(new UserId("nobody"), PHONE),
                new Beat(BOB, null)));

    assertThat(refusals.stream().map(refusal -> refusal.map(HongyanException::code)))
        .containsExactly(
            Optional.empty(),
            Optional.of(ErrorCode.BAD_REQUEST),
            Optional.of(ErrorCode.CONFLICT),
            Optional.empty());
    clock.advance(Duration.ofSeconds(121));
    connections.sweep();
    assertThat(connections.online(List.of(ALICE, BOB))).containsExactlyInAnyOrder(ALICE, BOB);
    assertThat(stored(ALICE).getList("connections", Document.class))
        .singleElement()
        .extracting(one -> one.getString("device"))
        .isEqualTo("laptop");
  }

  @Test
  void threeMissedHeartbeatsMakeOfflineAndHeartbeatsKeepOnline() {
    connect(ALICE, PHONE, null);
    connect(ALICE, LAPTOP, null);
    connect(BOB, PHONE, null);
    told.clear();
    clock.advance(Duration.ofSeconds(170));
    connections.heartbeat(BOB, null);
    clock.advance(Duration.ofSeconds(11));

    connections.sweep();

    assertThat(connections.statuses(List.of(ALICE, BOB)).keySet()).containsExactly(BOB);
    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(ALICE));
  }

  @Test
  void whateverSomebodySendsKeepsHimOnlineAndNothingMovesBack() {
    connect(ALICE, PHONE, null);
    connect(BOB, PHONE, null);
    clock.advance(Duration.ofSeconds(170));
    connections.active(
        List.of(
            new Connections.Activity(ALICE, null, clock.instant()),
            new Connections.Activity(BOB, PHONE, clock.instant()),
            new Connections.Activity(BOB, PHONE, clock.instant().minusSeconds(300))));
    clock.advance(Duration.ofSeconds(170));

    connections.sweep();

    assertThat(connections.statuses(List.of(ALICE, BOB)).keySet())
        .containsExactlyInAnyOrder(ALICE, BOB);
  }

  @Test
  void whatTheBrokerHasLostIsOverUnlessTheDeviceHasConnectedAgain() {
    connect(ALICE, PHONE, null);
    clock.advance(Duration.ofSeconds(1));
    var end = clock.instant();
    clock.advance(Duration.ofSeconds(1));
    connect(ALICE, PHONE, null);
    told.clear();

    connections.clientLost(ALICE, end);
    assertThat(told).isEmpty();
    assertThat(connections.statuses(List.of(ALICE)).keySet()).containsExactly(ALICE);

    clock.advance(Duration.ofSeconds(1));
    connections.clientLost(ALICE, clock.instant());
    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(ALICE));
  }

  @Test
  void theEndOfAClientEndsTheDeviceItSpokeForWhateverItIsCalled() {
    open("alice:x-random");
    open("alice:laptop");
    connectBy("alice:x-random", ALICE, PHONE);
    connectBy("alice:laptop", ALICE, LAPTOP);
    told.clear();

    ends(ALICE, "alice:x-random");
    assertThat(devices(ALICE)).containsExactly("laptop");
    assertThat(told).isEmpty();

    ends(ALICE, "alice:laptop");
    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(ALICE));
  }

  @Test
  void theEndOfAClientThatOnlySpokeForAnotherEndsNothing() {
    open("alice:phone");
    open("alice:pub");
    connectBy("alice:pub", ALICE, PHONE);
    told.clear();

    ends(ALICE, "alice:pub");
    assertThat(devices(ALICE)).containsExactly("phone");

    ends(ALICE, "alice:phone");
    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(ALICE));
  }

  @Test
  void theLastClientOfAUserEndsAllHisMqttConnectionsAndNoOthers() {
    open("alice:a");
    connect(ALICE, PHONE, null);
    connections.connected(ALICE, header(null, null), device(LAPTOP), "http", null);

    ends(ALICE, "alice:a");

    assertThat(devices(ALICE)).containsExactly("laptop");
  }

  @Test
  void aClientThatIsOpenAtTheBrokerStaysOnlineWithoutAWord() {
    open("alice:phone");
    open("bob:x-random");
    connectBy("alice:phone", ALICE, PHONE);
    open("alice:gone");
    connectBy("alice:gone", ALICE, LAPTOP);
    clients.closed("alice:gone", "alice:gone");
    connectBy("bob:x-random", BOB, PHONE);
    told.clear();

    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofSeconds(200));
      connections.sweep();
    }

    assertThat(devices(ALICE)).containsExactly("phone");
    assertThat(devices(BOB)).containsExactly("phone");
    assertThat(told).isEmpty();
    // Not looked at again until it has been silent for as long once more.
    clock.advance(Duration.ofSeconds(170));
    assertThat(silent()).isEmpty();
  }

  @Test
  void manyClientsThatAreSilentAndOpenDoNotHideOneThatIsGone() {
    for (int i = 0; i < 600; i++) {
      open("u" + i + ":phone");
      connect(new UserId("u" + i), PHONE, null);
    }
    connect(new UserId("zoe"), PHONE, null);
    told.clear();
    clock.advance(Duration.ofSeconds(200));

    connections.sweep();

    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(new UserId("zoe")));
  }

  @Test
  void anEndThatCouldNotBeToldIsToldLater() {
    connect(ALICE, PHONE, null);
    connect(BOB, PHONE, null);
    connections.sweep();
    told.clear();
    streamDown = true;
    assertThat(codeOf(() -> connections.logout(ALICE, PHONE))).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(codeOf(() -> connections.logout(ALICE, PHONE))).isEqualTo(ErrorCode.UNAVAILABLE);
    clock.advance(Duration.ofSeconds(11));
    connections.sweep();
    assertThat(stored(ALICE).getString("status")).isEqualTo("online");

    streamDown = false;
    connections.sweep();
    connections.sweep();

    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(ALICE));
    assertThat(stored(ALICE).getString("status")).isEqualTo("offline");
    assertThat(stored(BOB).getString("status")).isEqualTo("online");
    assertThat(stored(ALICE).getList("untold", Document.class)).isEmpty();
  }

  @Test
  void whoComesBackBetweenTheLookAndTheWordIsOnlineInTheEnd() {
    connect(ALICE, PHONE, null);
    Connections other = replica();
    beforeTheWord = () -> other.connected(ALICE, header(null, null), device(PHONE), "http", null);
    told.clear();

    connections.logout(ALICE, PHONE);

    assertThat(told)
        .containsExactly(
            new ReceiverEvent.Connected(ALICE, null),
            new ReceiverEvent.Disconnected(ALICE),
            new ReceiverEvent.Connected(ALICE, null));
    assertThat(stored(ALICE).getString("status")).isEqualTo("online");
    assertThat(stored(ALICE).getList("untold", Document.class)).isEmpty();
  }

  @Test
  void whoComesBackBeforeALastWordOfAReplicaThatDiesIsOnlineInTheEnd() {
    connect(ALICE, PHONE, null);
    Connections other = replica();
    beforeTheWord = () -> other.connected(ALICE, header(null, null), device(PHONE), "http", null);
    diesAfterTheWord = true;
    assertThatThrownBy(() -> connections.logout(ALICE, PHONE)).hasMessage("killed");
    assertThat(told).last().isEqualTo(new ReceiverEvent.Disconnected(ALICE));
    diesAfterTheWord = false;

    other.sweep();
    assertThat(told)
        .last()
        .as("younger marks are being told")
        .isInstanceOf(ReceiverEvent.Disconnected.class);
    clock.advance(Duration.ofSeconds(11));
    other.sweep();

    assertThat(told).last().isEqualTo(new ReceiverEvent.Connected(ALICE, null));
    assertThat(stored(ALICE).getList("untold", Document.class)).isEmpty();
  }

  @Test
  void whoWasConnectedByAReplicaThatDiedBeforeItSaidSoIsToldByAnother() {
    streamDown = true;
    assertThat(codeOf(() -> connect(ALICE, PHONE, null))).isEqualTo(ErrorCode.UNAVAILABLE);
    streamDown = false;
    clock.advance(Duration.ofSeconds(11));

    replica().sweep();

    assertThat(told).containsExactly(new ReceiverEvent.Connected(ALICE, null));
  }

  @Test
  void aStoreThatFailsOnceTheDeviceIsGoneLosesNothing() {
    connect(ALICE, PHONE, null);
    told.clear();
    Users failing =
        new Users(collection, 10) {
          @Override
          Optional<State> state(UserId user) {
            throw HongyanException.unavailable("the store is down", null);
          }
        };
    assertThat(codeOf(() -> replica(failing).logout(ALICE, PHONE)))
        .isEqualTo(ErrorCode.UNAVAILABLE);
    clock.advance(Duration.ofSeconds(11));

    connections.sweep();

    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(ALICE));
  }

  @Test
  void aClientThatIsGoneBeforeItsWordIsHeardLeavesNoConnection() {
    connectBy("alice:gone", ALICE, PHONE);

    assertThat(devices(ALICE)).isEmpty();
    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(ALICE));
    assertThat(stored(ALICE).getString("status")).isEqualTo("offline");
    assertThat(stored(ALICE).getList("untold", Document.class)).isEmpty();
  }

  @Test
  void marksThatCannotBeToldDoNotGrowForEver() {
    streamDown = true;
    for (int i = 0; i < 60; i++) {
      codeOf(() -> connect(ALICE, PHONE, null));
    }

    assertThat(stored(ALICE).getList("untold", Document.class)).hasSize(50);
  }

  @Test
  void whateverTheUriSaysConnectionsAreReadAndWrittenByMajority() {
    List<BsonDocument> commands = new CopyOnWriteArrayList<>();
    CommandListener recording =
        new CommandListener() {
          @Override
          public void commandStarted(CommandStartedEvent event) {
            commands.add(event.getCommand().clone());
          }
        };
    try (MongoClient careless =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(server.connectionString()))
                .writeConcern(WriteConcern.W1)
                .addCommandListener(recording)
                .build())) {
      Users users =
          new Users(
              careless
                  .getDatabase(collection.getNamespace().getDatabaseName())
                  .getCollection(Users.COLLECTION),
              10);
      replica(users).connected(ALICE, header(null, null), device(PHONE), "http", null);
    }

    assertThat(commands)
        .filteredOn(one -> one.containsKey("update"))
        .isNotEmpty()
        .allMatch(
            one -> one.get("writeConcern").equals(BsonDocument.parse("{w: 'majority', j: true}")));
    assertThat(commands)
        .filteredOn(one -> one.containsKey("find"))
        .isNotEmpty()
        .allMatch(one -> one.get("readConcern").equals(BsonDocument.parse("{level: 'majority'}")));
  }

  @Test
  void anEndThatWasNotToldBeforeACrashIsToldAfterTheStart() {
    connect(ALICE, PHONE, null);
    streamDown = true;
    codeOf(() -> connections.logout(ALICE, PHONE));
    told.clear();
    streamDown = false;

    Connections afterwards = replica();
    afterwards.prepare(false);
    clock.advance(Duration.ofSeconds(11));
    afterwards.sweep();

    assertThat(told).containsExactly(new ReceiverEvent.Disconnected(ALICE));
  }

  @Test
  void aTokenThatComesAlongIsProvenAndReplacesTheOneOfTheSpeakerWhereHeIsKnown() {
    connect(ALICE, PHONE, "demo-alice");
    connections.proveCarried(ALICE, OTHER_TOKEN, null);
    assertThat(tokenOf(ALICE, "phone")).isEqualTo(TokenHash.of(OTHER_TOKEN).hex());

    connect(ALICE, LAPTOP, "demo-alice");
    connections.proveCarried(ALICE, "demo-alice", null);
    assertThat(tokenOf(ALICE, "phone")).isEqualTo(TokenHash.of(OTHER_TOKEN).hex());
    connections.proveCarried(ALICE, "demo-alice", PHONE);
    assertThat(tokenOf(ALICE, "phone")).isEqualTo(TokenHash.of("demo-alice").hex());

    assertThat(codeOf(() -> connections.proveCarried(ALICE, "demo-bob", null)))
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(codeOf(() -> connections.authenticate(ALICE, header("demo-alice", null))))
        .isEqualTo(ErrorCode.BAD_REQUEST);
  }

  @Test
  void whoAuthenticatesAgainReplacesHisToken() {
    connect(ALICE, PHONE, "demo-alice");

    assertThat(codeOf(() -> connections.authenticate(ALICE, header(null, PHONE))))
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(codeOf(() -> connections.authenticate(ALICE, header("demo-bob", PHONE))))
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
    connections.authenticate(ALICE, header(OTHER_TOKEN, PHONE));
    assertThat(tokenOf(ALICE, "phone")).isEqualTo(TokenHash.of(OTHER_TOKEN).hex());
  }

  @Test
  void theTokensOfConnectionsAreFoundUntilTheyAreRefused() {
    StoredTokens tokens = new StoredTokens(new Users(collection, 10));
    TokenHash token = TokenHash.of("demo-alice");
    Instant accepted = clock.instant();
    connect(ALICE, PHONE, "demo-alice");
    clock.advance(Duration.ofMinutes(1));
    connect(ALICE, LAPTOP, OTHER_TOKEN);
    connect(BOB, PHONE, null);

    assertThat(tokens.find(token)).contains(new Owner(ALICE, accepted, null));
    connections.authenticate(ALICE, header("demo-alice", LAPTOP));
    assertThat(tokens.find(token)).contains(new Owner(ALICE, clock.instant(), null));
    assertThat(tokens.find(TokenHash.of(OTHER_TOKEN))).isEmpty();

    tokens.forget(token);
    assertThat(tokens.find(token)).isEmpty();
    assertThat(devices(ALICE)).containsExactly("phone", "laptop");
  }

  @Test
  void busyStaysBusyWhenAnotherDeviceComesAndEndsWithTheLastOne() {
    connect(ALICE, PHONE, null);
    connections.setStatus(ALICE, UserStatus.BUSY);
    connect(ALICE, LAPTOP, null);
    assertThat(stored(ALICE).getString("status")).isEqualTo("busy");
    assertThat(connections.statuses(List.of(ALICE, BOB))).isEqualTo(Map.of(ALICE, UserStatus.BUSY));
    assertThat(news)
        .containsExactly(
            new StatusChanged(ALICE, UserStatus.ONLINE),
            new StatusChanged(ALICE, UserStatus.BUSY),
            new StatusChanged(ALICE, UserStatus.BUSY));
    news.clear();

    connections.logout(ALICE, PHONE);
    assertThat(news).isEmpty();
    connections.logout(ALICE, LAPTOP);
    connect(ALICE, PHONE, null);
    assertThat(stored(ALICE).getString("status")).isEqualTo("online");
    assertThat(news)
        .containsExactly(
            new StatusChanged(ALICE, UserStatus.OFFLINE),
            new StatusChanged(ALICE, UserStatus.ONLINE));
    assertThat(codeOf(() -> connections.setStatus(ALICE, UserStatus.OFFLINE)))
        .isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(codeOf(() -> connections.setStatus(BOB, UserStatus.BUSY)))
        .isEqualTo(ErrorCode.CONFLICT);
  }

  @Test
  void aRestartedBrokerKnowsNobodyAndOtherTransportsStay() {
    connect(ALICE, PHONE, null);
    connections.connected(BOB, header(null, null), device(PHONE), "http", null);

    connections.prepare(true);

    assertThat(connections.statuses(List.of(ALICE, BOB)).keySet()).containsExactly(BOB);
    assertThat(stored(ALICE).getString("status")).isEqualTo("offline");
  }

  private Connections replica() {
    return replica(new Users(collection, 10));
  }

  private Connections replica(Users users) {
    return new Connections(
        users,
        Tokens.authenticator(new DemoUsers(), clock),
        new Recording(),
        news::add,
        clients,
        new ConnectionProperties(Duration.ofSeconds(60), 3, Duration.ofSeconds(10), 10, false),
        clock);
  }

  private Optional<Reply> connect(UserId user, DeviceId device, String token) {
    return connections.connected(user, header(token, null), device(device), Connections.MQTT, null);
  }

  private void connectBy(String client, UserId user, DeviceId device) {
    connections.connected(user, header(null, null), device(device), Connections.MQTT, client);
  }

  private void open(String client) {
    clients.opened(client, client);
  }

  private void ends(UserId user, String client) {
    clock.advance(Duration.ofSeconds(1));
    assertThat(clients.closed(client, client)).isTrue();
    connections.clientLost(user, clock.instant());
  }

  private List<String> devices(UserId user) {
    return stored(user).getList("connections", Document.class).stream()
        .map(one -> one.getString("device"))
        .toList();
  }

  private String tokenOf(UserId user, String device) {
    return stored(user).getList("connections", Document.class).stream()
        .filter(one -> one.getString("device").equals(device))
        .findFirst()
        .orElseThrow()
        .getString("token");
  }

  private List<UserId> silent() {
    return new Users(collection, 10)
        .withSilentConnections(clock.instant().minus(Duration.ofSeconds(180)), 10);
  }

  private static RequestHeader header(String token, DeviceId device) {
    return new RequestHeader(null, token, device, null);
  }

  private static ClientMessage.Device device(DeviceId id) {
    return new ClientMessage.Device(id, "test");
  }

  private static ErrorCode codeOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(HongyanException.class, call).code();
  }

  private Document stored(UserId user) {
    return Mono.from(collection.find(Filters.eq("_id", user.value())).first()).block();
  }

  private final class Recording implements ReceiverEvents {
    @Override
    public void tell(ReceiverEvent.Connected event) {
      record(event);
    }

    @Override
    public void tell(ReceiverEvent.Disconnected event) {
      Runnable meanwhile = beforeTheWord;
      beforeTheWord = () -> {};
      meanwhile.run();
      record(event);
      if (diesAfterTheWord) {
        throw new IllegalStateException("killed");
      }
    }

    private void record(ReceiverEvent event) {
      if (streamDown) {
        throw HongyanException.unavailable("the stream is down", null);
      }
      told.add(event);
    }
  }
}
