package im.hongyan.auth.brokerhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import im.hongyan.mqtt.hooks.Decision;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * EMQX's HTTP authenticator and authorizer, both with method POST and a JSON body: {@code
 * {"clientid": "${clientid}", "username": "${username}", "password": "${password}", "peerhost":
 * "${peerhost}"}} (the last for the limit of an address, where clients reach EMQX directly) and
 * {@code {"username": "${username}", "topic": "${topic}", "action": "${action}"}}. A user has to
 * bring a client id, {@code {userId}:{deviceId}}; one that EMQX has chosen is refused.
 */
@RestController
@RequestMapping("/broker/emqx")
class EmqxController {
  private final BrokerAccess access;

  EmqxController(BrokerAccess access) {
    this.access = access;
  }

  record Connecting(
      @Nullable String clientid,
      @Nullable String username,
      @Nullable String password,
      @Nullable String peerhost) {
    @Override
    public String toString() {
      return "Connecting[" + clientid + ", " + username + "]";
    }
  }

  record Acting(@Nullable String username, @Nullable String topic, @Nullable String action) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Verdict(String result, @JsonProperty("is_superuser") @Nullable Boolean superuser) {}

  @PostMapping("/authentication")
  Verdict authenticate(@RequestBody Connecting who) {
    Decision decision =
        access.authenticate(
            new BrokerAccess.Login(
                Objects.requireNonNullElse(who.clientid(), ""),
                who.username(),
                who.password(),
                who.peerhost()));
    return switch (decision) {
      case Decision.ServiceAllowed _ -> new Verdict("allow", true);
      case Decision.ClientAllowed _ -> new Verdict("allow", false);
      case Decision.Refused _ -> new Verdict("deny", null);
    };
  }

  @PostMapping("/authorization")
  Verdict authorize(@RequestBody Acting what) {
    String username = what.username();
    String topic = what.topic();
    boolean allowed =
        username != null
            && topic != null
            && switch (what.action()) {
              case "publish" -> access.mayPublish(username, topic);
              case "subscribe" -> access.maySubscribe(username, topic);
              case null, default -> false;
            };
    return new Verdict(allowed ? "allow" : "deny", null);
  }
}
