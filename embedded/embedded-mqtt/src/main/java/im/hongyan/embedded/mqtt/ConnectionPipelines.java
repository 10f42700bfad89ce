package im.hongyan.embedded.mqtt;

import com.hivemq.bootstrap.netty.ChannelHandlerNames;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionAttributeStore;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.lang.reflect.Field;

/**
 * The one place that reaches behind HiveMQ's extension interface: to the Netty channel of a
 * connection. Bound to the pinned version; whether it still fits shows at the first connection.
 */
final class ConnectionPipelines {
  private static final String CHANNEL = "channel";

  private ConnectionPipelines() {}

  /** Puts a handler before HiveMQ's own handling of publishes. */
  static void addBeforePublishes(ConnectionInformation connection, ChannelHandler handler) {
    channel(connection.getConnectionAttributeStore())
        .pipeline()
        .addBefore(ChannelHandlerNames.MQTT_PUBLISH_FLOW_HANDLER, null, handler);
  }

  private static Channel channel(ConnectionAttributeStore store) {
    try {
      Field channel = store.getClass().getDeclaredField(CHANNEL);
      channel.setAccessible(true);
      return (Channel) channel.get(store);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "HiveMQ's %s has no field %s (expected: HiveMQ CE 2025.5)"
              .formatted(store.getClass().getName(), CHANNEL),
          e);
    }
  }
}
