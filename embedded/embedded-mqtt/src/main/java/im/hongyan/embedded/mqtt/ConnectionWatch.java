package im.hongyan.embedded.mqtt;

import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationFailedInput;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ClientInitiatedDisconnectInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionLostInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ServerInitiatedDisconnectInput;
import com.hivemq.extension.sdk.api.packets.general.DisconnectedReasonCode;
import im.hongyan.mqtt.InboundMessage;
import im.hongyan.mqtt.hooks.BrokerHooks;
import im.hongyan.mqtt.hooks.ConnectionEnd;

/**
 * Tells the hook which connections begin and end, and hands over the wills of those that die: wills
 * do not pass the interceptor of other messages.
 */
final class ConnectionWatch implements ClientLifecycleEventListener {
  private final BrokerHooks hooks;
  private final OpenConnections connections;
  private final EmbeddedInboundLink inbound;

  ConnectionWatch(BrokerHooks hooks, OpenConnections connections, EmbeddedInboundLink inbound) {
    this.hooks = hooks;
    this.connections = connections;
    this.inbound = inbound;
  }

  @Override
  public void onMqttConnectionStart(ConnectionStartInput input) {}

  @Override
  public void onAuthenticationSuccessful(AuthenticationSuccessfulInput input) {
    Admitted admitted = connections.find(input.getConnectionInformation());
    if (admitted != null) {
      admitted.announced().set(true);
      hooks.connected(admitted.connection());
    }
  }

  @Override
  public void onAuthenticationFailedDisconnect(AuthenticationFailedInput input) {
    connections.remove(input.getConnectionInformation());
  }

  @Override
  public void onClientInitiatedDisconnect(ClientInitiatedDisconnectInput input) {
    boolean wantsWill = code(input) == DisconnectedReasonCode.DISCONNECT_WITH_WILL_MESSAGE;
    ended(input, wantsWill ? ConnectionEnd.LOST : ConnectionEnd.GRACEFUL, wantsWill);
  }

  @Override
  public void onConnectionLost(ConnectionLostInput input) {
    ended(input, ConnectionEnd.LOST, true);
  }

  @Override
  public void onServerInitiatedDisconnect(ServerInitiatedDisconnectInput input) {
    switch (code(input)) {
      case KEEP_ALIVE_TIMEOUT -> ended(input, ConnectionEnd.LOST, true);
      case SESSION_TAKEN_OVER -> ended(input, ConnectionEnd.TAKEN_OVER, false);
      case SERVER_SHUTTING_DOWN, ADMINISTRATIVE_ACTION ->
          ended(input, ConnectionEnd.BY_SERVER, false);
      default -> ended(input, ConnectionEnd.BY_SERVER, true);
    }
  }

  @Override
  public void onDisconnect(DisconnectEventInput input) {
    ended(input, ConnectionEnd.LOST, true);
  }

  private static DisconnectedReasonCode code(DisconnectEventInput input) {
    return input.getReasonCode().orElse(DisconnectedReasonCode.UNSPECIFIED_ERROR);
  }

  private void ended(DisconnectEventInput input, ConnectionEnd end, boolean withWill) {
    Admitted admitted = connections.remove(input.getConnectionInformation());
    if (admitted == null || !admitted.announced().get()) {
      return;
    }
    InboundMessage will = admitted.will();
    if (withWill && will != null) {
      inbound.handOverWill(will);
    }
    hooks.disconnected(admitted.connection(), end);
  }
}
