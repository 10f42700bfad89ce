package im.hongyan.auth.client;

import im.hongyan.model.DeviceId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;

/**
 * Asks auth-bridge-service. Blocking: call from virtual threads only. A refusal is a {@code
 * HongyanException} with the service's code; a service that cannot be reached is UNAVAILABLE.
 */
@FeignClient(
    name = "auth-bridge",
    url = "${hongyan.auth-client.url}",
    configuration = AuthClientTimeouts.class)
public interface AuthBridgeClient {
  /** The header that names whose message is forwarded. */
  String SENDER = "X-Hongyan-Sender";

  /** The header that names how it came: {@code mqtt}, {@code http}, {@code ws}... */
  String TRANSPORT = "X-Hongyan-Transport";

  /** The header that names the MQTT client id that sent it, where the broker tells. */
  String CLIENT = "X-Hongyan-Client";

  /**
   * Hands over a {@code connected}, {@code auth}, {@code heatbeat}, {@code logout} or {@code
   * status} as the client sent it.
   */
  @PostMapping(path = "/internal/v1/commands", consumes = "application/json")
  ForwardedReply command(
      @RequestHeader(SENDER) String sender,
      @RequestHeader(TRANSPORT) String transport,
      @RequestHeader(name = CLIENT, required = false) @Nullable String client,
      @RequestBody byte[] message);

  /** Tells which devices have said that they are there, many at once. */
  @PostMapping("/internal/v1/heartbeats")
  HeartbeatReplies heartbeats(@RequestBody Heartbeats heartbeats);

  /** Proves a token that came along with a message of some other kind. */
  @PostMapping("/internal/v1/carried-tokens")
  void prove(@RequestBody CarriedToken token);

  /**
   * Exchanges a token of the customer's user system for a short-lived internal one. An internal one
   * is given back as it is: it does not live longer for being shown.
   */
  @PostMapping("/internal/v1/tokens")
  InternalToken exchange(@RequestBody ExternalToken token);

  /** Tells which of some users are online now. */
  @PostMapping("/internal/v1/presence")
  Presence presence(@RequestBody PresenceQuery query);

  /** Reports who has been heard of since the last report; only moves {@code lastActiveAt}. */
  @PostMapping("/internal/v1/activity")
  void active(@RequestBody Activity activity);

  /**
   * The answer to a forwarded message.
   *
   * @param reply goes to the client now; null where it comes to him through his own stream, in
   *     order with what is pushed to him
   */
  record ForwardedReply(@Nullable Reply reply) {}

  /**
   * Devices that are there.
   *
   * @param beats at most 1000
   */
  record Heartbeats(List<Beat> beats) {}

  /**
   * A device that is there.
   *
   * @param user whose, proven by the transport
   * @param device which one; null where the user does not say
   */
  record Beat(UserId user, @Nullable DeviceId device) {}

  /**
   * What each is answered.
   *
   * @param replies in the order of the heartbeats
   */
  record HeartbeatReplies(List<Reply> replies) {}

  /**
   * A token as the client holds it.
   *
   * @param token the customer's token, or an internal one
   * @param userId who the client says it belongs to; null where the token alone tells
   */
  record ExternalToken(String token, @Nullable UserId userId) {
    /** Without the token, which opens everything. */
    @Override
    public String toString() {
      return "ExternalToken[userId=" + userId + "]";
    }
  }

  /**
   * A token in a message.
   *
   * @param user who sent the message, proven by its transport
   * @param token has to be his
   * @param device with which device where the message says so
   */
  record CarriedToken(UserId user, String token, @Nullable DeviceId device) {
    /** Without the token, which opens everything. */
    @Override
    public String toString() {
      return "CarriedToken[user=" + user + ", device=" + device + "]";
    }
  }

  /**
   * A short-lived internal token: a signed JWT that services verify offline.
   *
   * @param userId whose
   * @param token the JWT
   * @param expiresAt milliseconds since 1970
   */
  record InternalToken(UserId userId, String token, long expiresAt) {
    /** Without the token, which opens everything. */
    @Override
    public String toString() {
      return "InternalToken[userId=" + userId + ", expiresAt=" + expiresAt + "]";
    }
  }

  /**
   * Whose presence is asked for.
   *
   * @param users at most 1000
   */
  record PresenceQuery(List<UserId> users) {}

  /**
   * Who is online.
   *
   * @param online those of the users asked for who have a connection
   * @param busy those of them who do not want to be disturbed
   */
  record Presence(List<UserId> online, List<UserId> busy) {}

  /**
   * Who has been heard of.
   *
   * @param seen at most 1000
   */
  record Activity(List<Seen> seen) {}

  /**
   * Somebody who has been heard of.
   *
   * @param user who
   * @param device with which device where that is known
   * @param at when, milliseconds since 1970
   */
  record Seen(UserId user, @Nullable DeviceId device, long at) {}
}
