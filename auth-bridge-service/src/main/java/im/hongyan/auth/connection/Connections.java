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
  private final ConnectionProperties properties;
  private final Clock clock;
  private final Supplier<String> newIds;

  Connections(
      Users users,
      Authenticator authenticator,
      ReceiverEvents events,
      ConnectionProperties properties,
      Clock clock) {
    this.users = users;
    this.authenticator = authenticator;
    this.events = events;
    this.properties = properties;
    this.clock = clock;
    this.newIds = () -> UUID.randomUUID().toString();
  }

  /**
   * A device is there and ready. The transport has proved the user; a token that comes along has to
   * be his.
   *
   * @return the reply; empty where it comes to the client with what is pushed to him, in order
   */
  Optional<Reply> connected(
      UserId user, RequestHeader header, ClientMessage.Device device, String transport) {
    TokenHash token = null;
    if (header.token() != null) {
      authenticator.prove(user, header.token());
      token = TokenHash.of(header.token());
    }
    Instant now = clock.instant();
    users.connect(
        user, new Connection(newIds.get(), device.id(), device.type(), transport, token, now, now));
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
      speaking(all, header.device())
          .ifPresent(one -> users.retoken(user, one.id(), TokenHash.of(token), clock.instant()));
    }
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
    speaking(users.connections(user), device).ifPresent(one -> users.remove(user, one.id()));
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
   * The broker has lost a device. Its connection is over, unless the device has connected again
   * since.
   *
   * @param end when the broker lost it
   */
  public void lost(UserId user, DeviceId device, Instant end) {
    if (users.removeOlder(user, device, MQTT, end)) {
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

  /** Ends the connections that have been silent for too long. */
  void sweep() {
    Instant deadline = clock.instant().minus(properties.silence());
    List<UserId> silent = users.withSilentConnections(deadline, SWEEP_BATCH);
    for (UserId user : silent) {
      try {
        if (users.removeSilent(user, deadline)) {
          tellIfGone(user);
        }
      } catch (HongyanException e) {
        log.warn("{} could not be made offline: {}", user, e.getMessage());
      }
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

  private void tellIfGone(UserId user) {
    if (!users.offlineIfGone(user)) {
      return;
    }
    events.tell(new ReceiverEvent.Disconnected(user));
    // He may have connected between the two, and "connected" been told before "disconnected".
    if (!users.online(List.of(user)).isEmpty()) {
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
