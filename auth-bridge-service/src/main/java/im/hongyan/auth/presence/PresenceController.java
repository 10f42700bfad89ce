package im.hongyan.auth.presence;

import im.hongyan.auth.client.AuthBridgeClient.Activity;
import im.hongyan.auth.client.AuthBridgeClient.Presence;
import im.hongyan.auth.client.AuthBridgeClient.PresenceQuery;
import im.hongyan.auth.connection.Connections;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.UserStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Presence, for the other services. */
@RestController
class PresenceController {
  private static final int MAX_USERS = 1000;

  private final Connections connections;

  PresenceController(Connections connections) {
    this.connections = connections;
  }

  @PostMapping("/internal/v1/presence")
  Presence presence(@RequestBody PresenceQuery query) {
    Map<UserId, UserStatus> statuses = connections.statuses(checked("users", query.users()));
    List<UserId> busy =
        statuses.entrySet().stream()
            .filter(user -> user.getValue() == UserStatus.BUSY)
            .map(Map.Entry::getKey)
            .toList();
    return new Presence(List.copyOf(statuses.keySet()), busy);
  }

  @PostMapping("/internal/v1/activity")
  void active(@RequestBody Activity activity) {
    connections.active(
        checked("seen", activity.seen()).stream()
            .map(
                seen ->
                    new Connections.Activity(
                        seen.user(), seen.device(), Instant.ofEpochMilli(seen.at())))
            .toList());
  }

  private static <T> List<T> checked(String field, @Nullable List<T> given) {
    if (given == null) {
      throw HongyanException.badRequest("%s: missing (expected: a list)", field);
    }
    if (given.size() > MAX_USERS) {
      throw HongyanException.badRequest(
          "%s: %d (expected: at most %d)", field, given.size(), MAX_USERS);
    }
    return given;
  }
}
