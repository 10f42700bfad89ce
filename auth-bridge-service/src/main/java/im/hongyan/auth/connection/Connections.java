package im.hongyan.auth.connection;

import im.hongyan.auth.token.Authenticator;
import im.hongyan.auth.usersystem.TokenHash;
import im.hongyan.model.DeviceId;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.RequestHeader;
import im.hongyan.model.wire.UserStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
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

  private final Users users;
  private final Authenticator authenticator;
  private final ReceiverEvents events;
  private final OpenClients clients;
  private final ConnectionProperties properties;
  private final Clock clock;
  private final Supplier<String> newIds;

  /** Whether there may be users whose end has not been told: at first, and when telling fails. */
  private volatile boolean someUntold = true;

  Connections(
      Users users,
      Authenticator authenticator,
      ReceiverEvents events,
      OpenClients clients,
      ConnectionProperties properties,
      Clock clock) {
    this.users = users;
    this.authenticator = authenticator;
    this.events = events;
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
    TokenHash token = null;
    if (header.token() != null) {
      authenticator.prove(user, header.token());
      token = TokenHash.of(header.token());
    }
    Instant now = clock.instant();
    users.connect(
        user,
        new Connection(
            newIds.get(), device.id(), device.type(), transport, client, token, now, now));
    Reply reply = Reply.ok("connected", user).withRequestId(header.requestId());
    boolean inOrderWithPushes = transport.equals(MQTT);
    events.tell(new ReceiverEvent.Connected(user, inOrderWithPushes ? reply : null));
    return inOrderWithPushes ? Optional.empty() : Optional.of(reply);
  }

  /** Authenticates again; the new token takes the place of the connection's. */
  void authenticate(UserId user, RequestHeader header) {
    authenticator.prove(user, header.token());
    String token = header.token();
    List<Connection> all = users.connections(user);
    // Somebody who sends without ever having said "connected" has no connection to keep it with.
    if (token != null && !all.isEmpty()) {
      speaking(all, header.device()).ifPresent(one -> retoken(user, one, token));
    }
  }

  /**
   * Proves a token that came along with some message. Where it is clear whose connection the
   * message came by, the token takes the place of that connection's; it need not be clear.
   */
  void proveCarried(UserId user, String token, @Nullable DeviceId device) {
    authenticator.prove(user, token);
    List<Connection> all = users.connections(user);
    if (device != null || all.size() == 1) {
      speaking(all, device).ifPresent(one -> retoken(user, one, token));
    }
  }

  private void retoken(UserId user, Connection connection, String token) {
    users.retoken(user, connection.id(), TokenHash.of(token), clock.instant());
  }

  /** A device is still there. */
  void heartbeat(UserId user, @Nullable DeviceId device) {
    Connection connection =
        speaking(users.connections(user), device).orElseThrow(() -> notConnected(device));
    if (!users.touch(user, connection.id(), clock.instant())) {
      throw notConnected(device);
    }
  }

  /** A device leaves; one that has already left may say so again. */
  void logout(UserId user, @Nullable DeviceId device) {
    speaking(users.connections(user), device)
        .ifPresent(one -> users.remove(user, List.of(one.id())));
    tellIfGone(user);
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
    if (!over.isEmpty() && users.remove(user, over)) {
      tellIfGone(user);
    }
  }

  /** Those among {@code asked} who have a connection. */
  public List<UserId> online(List<UserId> asked) {
    return users.online(asked);
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
        users.touch(user, one.id(), clock.instant());
      } else {
        over.add(one.id());
      }
    }
    if (!over.isEmpty() && users.removeSilent(user, over, deadline)) {
      tellIfGone(user);
    }
  }

  private void tellUntold() {
    if (!someUntold) {
      return;
    }
    List<UserId> untold = users.leaving(SWEEP_BATCH);
    someUntold = untold.size() == SWEEP_BATCH;
    for (UserId user : untold) {
      attempt(user, () -> tellIfGone(user));
    }
  }

  private static boolean attempt(UserId user, Runnable step) {
    try {
      step.run();
      return true;
    } catch (HongyanException e) {
      log.warn("{} could not be made offline: {}", user, e.getMessage());
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

  /** Offline comes last: whoever is not offline and has no connection is told of again. */
  private void tellIfGone(UserId user) {
    if (!users.isLeaving(user)) {
      return;
    }
    try {
      events.tell(new ReceiverEvent.Disconnected(user));
    } catch (RuntimeException e) {
      someUntold = true;
      throw e;
    }
    if (!users.offlineIfGone(user)) {
      // He has connected meanwhile, and "connected" may have been told before "disconnected".
      events.tell(new ReceiverEvent.Connected(user, null));
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
