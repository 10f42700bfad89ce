package im.hongyan.embedded.mqtt;

import im.hongyan.mqtt.InboundMessage;
import im.hongyan.mqtt.hooks.ClientConnection;
import im.hongyan.mqtt.hooks.Decision;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection that the hook has let in.
 *
 * @param connection which one
 * @param decision what it may do
 * @param speaksMqtt5 whether it speaks MQTT 5; else 3.1.1
 * @param will what to say for it when it dies, or null
 * @param announced whether the hook has heard that it is connected
 */
record Admitted(
    ClientConnection connection,
    Decision decision,
    boolean speaksMqtt5,
    @Nullable InboundMessage will,
    AtomicBoolean announced) {
  Set<String> mayPublish() {
    return decision instanceof Decision.ClientAllowed client ? client.mayPublish() : Set.of();
  }
}
