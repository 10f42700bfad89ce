package im.hongyan.embedded.mqtt;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.interceptor.connect.ConnectInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundInput;
import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundOutput;
import com.hivemq.extension.sdk.api.packets.publish.ModifiableConnectPacket;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Gives a random device to clients that came without a client id. HiveMQ has already given them an
 * id of its own by then, which is known by its form; whoever sends an id of that form himself gets
 * a new one as well, so nobody can take over such a connection.
 */
final class AssignedClientIds implements ConnectInboundInterceptor {
  private static final String ATTRIBUTE = "hongyan.assigned";
  private static final Pattern MADE_BY_HIVEMQ =
      Pattern.compile("hmq_[A-Za-z0-9]{1,16}_[0-9]{1,19}_[0-9a-f]{32}");

  @Override
  public void onConnect(ConnectInboundInput input, ConnectInboundOutput output) {
    ModifiableConnectPacket packet = output.getConnectPacket();
    if (!MADE_BY_HIVEMQ.matcher(packet.getClientId()).matches()) {
      return;
    }
    packet
        .getUserName()
        .filter(name -> !name.isEmpty())
        .ifPresent(name -> packet.setClientId(name + ":" + UUID.randomUUID()));
    input.getConnectionInformation().getConnectionAttributeStore().putAsString(ATTRIBUTE, "true");
  }

  static boolean isAssigned(ConnectionInformation information) {
    return information.getConnectionAttributeStore().get(ATTRIBUTE).isPresent();
  }
}
