package im.hongyan.mqtt.hooks;

import im.hongyan.model.UserId;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client, from its CONNECT to its end.
 *
 * @param id tells apart the connections that one client id has one after another
 * @param clientId the client id
 * @param user whose it is; null for a service
 * @param transport how it came
 */
public record ClientConnection(
    String id, String clientId, @Nullable UserId user, ConnectRequest.Transport transport) {}
