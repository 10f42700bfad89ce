package im.hongyan.auth.connection;

import im.hongyan.auth.client.AuthBridgeClient.Beat;
import im.hongyan.auth.token.Authenticator;
import im.hongyan.auth.usersystem.TokenHash;
import im.hongyan.model.DeviceId;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.event.PresenceEvent.StatusChanged;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.RequestHeader;
import im.hongyan.model.wire.UserStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of connections: begun by {@code connected}, kept by heartbeats, ended by {@code logout},
 * by the broker or by silence. Blocks: call from virtual threads.
 */
public class Connections {
  /** The transport of connections that the MQTT broker knows about. */
  public static final String MQTT = "mqtt";

  private static final Logger log = LoggerFactory.getLogger(Connections.class);
  private static final int SWEEP_BATCH = 500;

  /** So often a change during the telling is told at once; then it is left to the sweep. */
  private static final int MAX_CHANGES = 10;

  private final Users users;
  private final Authenticator authenticator;
  private final ReceiverEvents events;
  private final StatusNews news;
  private final OpenClients clients;
  private final ConnectionProperties properties;
  private final Clock clock;
  private final Supplier<String> newIds;

  Connections(
      Users users,
      Authenticator authenticator,
      ReceiverEvents events,
      StatusNews news,
      OpenClients clients,
      ConnectionProperties properties,
      Clock clock) {
    this.users = users;
    this.authenticator = authenticator;
    this.events = events;
    this.news = news;
    this.clients = clients;
    this.properties = properties;
    this.clock = clock;
    this.newIds = () -> UUID.randomUUID().toString();
  }

  /**
   * A device is there and ready. The transport has proved the user; a token that comes along has to
   * be his.
   *
   * @param client the MQTT client id that says so, where the broker tells; when that client ends,
   *     so does the connection
   * @return the reply; empty where it comes to the client with what is pushed to him, in order
   */
  Optional<Reply> connected(
      UserId user,
      RequestHeader header,
      ClientMessage.Device device,
      String transport,
      @Nullable String client) {
    ShownToken token = header.token() == null ? null : proven(user, header.token());
    Instant now = clock.instant();
    Connection connection =
        new Connection(
            newIds.get(), device.id(), device.type(), transport, client, token, now, now);
    users.connect(user, connection);
    List<String> marks = new ArrayList<>(List.of(connection.id()));
    if (isOverAlready(user, connection)) {
      marks.add(newIds.get());
      users.remove(user, List.of(connection.id()), marks.getLast(), now);
    }
    Reply reply = Reply.ok("connected", user).withRequestId(header.requestId());
    boolean inOrderWithPushes = transport.equals(MQTT);
    tell(user, marks, null, inOrderWithPushes ? reply : null);
    return inOrderWithPushes ? Optional.empty() : Optional.of(reply);
  }

  /**
   * Whether the client has gone between its message and now. The broker of this process, which
   * alone tells a message's client, first forgets a client and then has its connections looked for:
   * where it looked before this one was stored, the client is no longer open now.
   */
  private boolean isOverAlready(UserId user, Connection connection) {
    return connection.transport().equals(MQTT)
        && connection.client() != null
        && !clients.standFor(user, connection);
  }

  /** Authenticates again; the new token takes the place of the connection's. */
  void authenticate(UserId user, RequestHeader header) {
    ShownToken token = proven(user, header.token());
    List<Connection> all = users.connections(user);
    // Somebody who sends without ever having said "connected" has no connection to keep it with.
    if (!all.isEmpty()) {
      speaking(all, header.device()).ifPresent(one -> retoken(user, one, token));
    }
  }

  /**
   * Proves a token that came along with some message. Where it is clear whose connection the
   * message came by, the token takes the place of that connection's; it need not be clear.
   */
  void proveCarried(UserId user, String token, @Nullable DeviceId device) {
    ShownToken shown = proven(user, token);
    List<Connection> all = users.connections(user);
    if (device != null || all.size() == 1) {
      speaking(all, device).ifPresent(one -> retoken(user, one, shown));
    }
  }

  private ShownToken proven(UserId user, @Nullable String token) {
    Authenticator.Proof proof = authenticator.prove(user, token);
    return new ShownToken(
        TokenHash.of(Objects.requireNonNull(token)),
        Objects.requireNonNullElse(proof.acceptedAt(), clock.instant()),
        proof.end());
  }

  private void retoken(UserId user, Connection connection, ShownToken token) {
    users.retoken(user, connection.id(), token, clock.instant());
  }

  /** A device is still there. */
  void heartbeat(UserId user, @Nullable DeviceId device) {
    heartbeats(List.of(new Beat(user, device)))
        .getFirst()
        .ifPresent(
            refusal -> {
              throw refusal;
            });
  }

  /**
   * Devices are still there: one reading and one update for all of them.
   *
   * @return for each of them why not, where it is refused
   */
  List<Optional<HongyanException>> heartbeats(List<Beat> beats) {
    Set<UserId> senders = beats.stream().map(Beat::user).collect(Collectors.toSet());
    List<Spoken> spoken = spoken(beats, users.connections(senders));
    List<Users.Alive> alive = spoken.stream().flatMap(one -> one.alive().stream()).toList();
    if (users.touch(alive, clock.instant()) < alive.size()) {
      // A connection has ended meanwhile.
      spoken = spoken(beats, users.connections(senders));
    }
    return spoken.stream().map(Spoken::refusal).toList();
  }

  /** Which connection a heartbeat is of, or why it is of none. */
  private record Spoken(Optional<Users.Alive> alive, Optional<HongyanException> refusal) {}

  private static List<Spoken> spoken(List<Beat> beats, Map<UserId, List<Connection>> connections) {
    return beats.stream()
        .map(beat -> spoken(beat, connections.getOrDefault(beat.user(), List.of())))
        .toList();
  }

  private static Spoken spoken(Beat beat, List<Connection> all) {
    try {
      Connection connection =
          speaking(all, beat.device()).orElseThrow(() -> notConnected(beat.device()));
      return new Spoken(
          Optional.of(new Users.Alive(beat.user(), connection.id())), Optional.empty());
    } catch (HongyanException refusal) {
      return new Spoken(Optional.empty(), Optional.of(refusal));
    }
  }

  /** A device leaves; one that has already left may say so again. */
  void logout(UserId user, @Nullable DeviceId device) {
    Optional<Connection> speaking = speaking(users.connections(user), device);
    if (speaking.isEmpty() || !remove(user, List.of(speaking.get().id()))) {
      tellWhatIsUntold(user);
    }
  }

  /** What the user says of himself. */
  void setStatus(UserId user, UserStatus status) {
    if (status == UserStatus.OFFLINE) {
      throw HongyanException.badRequest(
          "status: offline (expected: online or busy; logout makes offline)");
    }
    if (!users.setStatus(user, status)) {
      throw notConnected(null);
    }
    news.tell(new StatusChanged(user, status));
  }

  /**
   * The broker in this process has lost a client of a user. Those of his earlier MQTT connections
   * are over that no open client stands for, whatever they call their devices.
   *
   * @param end when the broker lost it; who has said "connected" since stays
   */
  public void clientLost(UserId user, Instant end) {
    List<String> over =
        users.connections(user).stream()
            .filter(one -> one.transport().equals(MQTT))
            .filter(one -> one.connectedAt().isBefore(end) && !clients.standFor(user, one))
            .map(Connection::id)
            .toList();
    if (!over.isEmpty()) {
      remove(user, over);
    }
  }

  /** Removes connections and tells of it; whether one of them was there. */
  private boolean remove(UserId user, List<String> connections) {
    String mark = newIds.get();
    boolean removed = users.remove(user, connections, mark, clock.instant());
    if (removed) {
      tellIfGone(user, mark);
    }
    return removed;
  }

  /** What those among {@code asked} who have a connection say of themselves: online or busy. */
  public Map<UserId, UserStatus> statuses(List<UserId> asked) {
    return users.statuses(asked);
  }

  /** Somebody has been heard of, by whatever he sent. */
  public void active(List<Activity> seen) {
    Instant now = clock.instant();
    users.active(
        seen.stream()
            .map(
                one ->
                    // A clock that is ahead must not keep a dead connection.
                    new Users.Heard(
                        one.user(), one.device(), one.at().isAfter(now) ? now : one.at()))
            .toList());
  }

  /**
   * Somebody was active.
   *
   * @param device with which device where that is known
   * @param at when
   */
  public record Activity(UserId user, @Nullable DeviceId device, Instant at) {}

  /** Ends the connections that have been silent for too long, and tells what is untold. */
  void sweep() {
    endSilent(clock.instant().minus(properties.silence()));
    tellUntold();
  }

  private void endSilent(Instant deadline) {
    List<UserId> silent;
    boolean allDone;
    do {
      silent = users.withSilentConnections(deadline, SWEEP_BATCH);
      allDone = true;
      for (UserId user : silent) {
        allDone &= attempt(user, () -> endSilent(user, deadline));
      }
    } while (allDone && silent.size() == SWEEP_BATCH);
  }

  /**
   * A client that says nothing is alive while the broker of this process has it: the broker ends it
   * when its pings stay away.
   */
  private void endSilent(UserId user, Instant deadline) {
    List<String> over = new ArrayList<>();
    for (Connection one : users.connections(user)) {
      if (!one.lastActiveAt().isBefore(deadline)) {
        continue;
      }
      if (clients.standFor(user, one)) {
        users.touch(List.of(new Users.Alive(user, one.id())), clock.instant());
      } else {
        over.add(one.id());
      }
    }
    String mark = newIds.get();
    if (!over.isEmpty() && users.removeSilent(user, over, deadline, mark, clock.instant())) {
      tellIfGone(user, mark);
    }
  }

  /** What is younger is being told at this moment. */
  private void tellUntold() {
    Instant deadline = clock.instant().minus(properties.sweepInterval());
    for (UserId user : users.untold(deadline, SWEEP_BATCH)) {
      attempt(user, () -> tellWhatIsUntold(user, deadline));
    }
  }

  private static boolean attempt(UserId user, Runnable step) {
    try {
      step.run();
      return true;
    } catch (HongyanException e) {
      log.warn("how things are with {} could not be told: {}", user, e.getMessage());
      return false;
    }
  }

  /**
   * Makes the store ready.
   *
   * @param forgetMqtt whether all MQTT connections are over: the broker has just been started
   */
  void prepare(boolean forgetMqtt) {
    users.createIndexes();
    if (forgetMqtt) {
      users.removeAll(MQTT);
    }
  }

  /** Tells of an end; there is nothing to tell while the user has another connection. */
  private void tellIfGone(UserId user, String mark) {
    tell(user, List.of(mark), true, null);
  }

  /** Somebody says again what may not have been told; the marks stay to whoever left them. */
  private void tellWhatIsUntold(UserId user) {
    users
        .state(user)
        .filter(now -> !now.untold().isEmpty())
        .ifPresent(now -> tell(user, now.connected(), null));
  }

  private void tellWhatIsUntold(UserId user, Instant deadline) {
    List<String> marks =
        users.state(user).stream()
            .flatMap(now -> now.untold().stream())
            .filter(mark -> mark.since().isBefore(deadline))
            .map(Users.Mark::id)
            .toList();
    if (!marks.isEmpty()) {
      users.onlineIfConnected(user);
      tell(user, marks, null, null);
    }
  }

  /**
   * Tells how things are with a user, and again where they have changed meanwhile: what was told
   * last is true then, however many tell of him at the same time. Nobody takes the marks of others
   * who are about to tell: if one of them dies after he has told what is no longer true, his mark
   * has it told again.
   *
   * @param told what need not be told; null where nothing is known of what has been told
   * @param reply the reply to {@code connected} where that is what is told
   */
  private void tell(
      UserId user, List<String> marks, @Nullable Boolean told, @Nullable Reply reply) {
    Boolean last = told;
    for (int change = 0; change < MAX_CHANGES; change++) {
      Users.State now = users.state(user).orElseThrow();
      if (last == null || last != now.connected()) {
        tell(user, now.connected(), reply);
        news.tell(new StatusChanged(user, now.status()));
        last = now.connected();
      }
      if (users.settle(user, now, marks)) {
        return;
      }
    }
    log.warn("{} connects and disconnects too fast; the next sweep tells how it ended", user);
  }

  private void tell(UserId user, boolean connected, @Nullable Reply reply) {
    if (connected) {
      events.tell(new ReceiverEvent.Connected(user, reply));
    } else {
      events.tell(new ReceiverEvent.Disconnected(user));
    }
  }

  /** Which connection speaks: that of the device, or the only one there is. */
  private static Optional<Connection> speaking(List<Connection> all, @Nullable DeviceId device) {
    if (device != null) {
      return all.stream().filter(one -> one.device().equals(device)).findFirst();
    }
    if (all.size() > 1) {
      throw HongyanException.badRequest(
          "device: missing (expected: which of the user's %d devices speaks)", all.size());
    }
    return all.stream().findFirst();
  }

  private static HongyanException notConnected(@Nullable DeviceId device) {
    return HongyanException.conflict(
        "device: %s is not connected (expected: a \"connected\" message first)",
        device == null ? "none" : device);
  }
}
