package im.hongyan.auth.connection;

import im.hongyan.model.DeviceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a user, as it is stored in his document.
 *
 * @param id tells it from earlier and later ones of the same device
 * @param device which device
 * @param deviceType what the application calls it
 * @param transport how it came: {@code mqtt}, {@code http}, {@code ws}...
 * @param client the MQTT client id that made it known; null where the broker does not tell
 * @param token what is kept of the token it showed; null where the transport alone proved the user
 * @param connectedAt since when
 * @param lastActiveAt when it was last heard of
 */
record Connection(
    String id,
    DeviceId device,
    @Nullable String deviceType,
    String transport,
    @Nullable String client,
    @Nullable ShownToken token,
    Instant connectedAt,
    Instant lastActiveAt) {}
