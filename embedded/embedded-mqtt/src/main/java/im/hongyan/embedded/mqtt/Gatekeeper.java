package im.hongyan.embedded.mqtt;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.client.parameter.ListenerType;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.auth.ModifiableDefaultPermissions;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.connect.WillPublishPacket;
import com.hivemq.extension.sdk.api.packets.general.MqttVersion;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import im.hongyan.mqtt.InboundMessage;
import im.hongyan.mqtt.hooks.BrokerHooks;
import im.hongyan.mqtt.hooks.ClientConnection;
import im.hongyan.mqtt.hooks.ConnectRequest;
import im.hongyan.mqtt.hooks.Decision;
import im.hongyan.mqtt.hooks.Decision.ClientAllowed;
import im.hongyan.mqtt.hooks.Decision.Reason;
import im.hongyan.mqtt.hooks.Decision.Refused;
import im.hongyan.mqtt.hooks.Decision.ServiceAllowed;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets clients in as the hook decides, and holds them to the protocol's topics: whatever is not
 * allowed here is denied by the broker.
 */
final class Gatekeeper implements SimpleAuthenticator {
  private static final Logger log = LoggerFactory.getLogger(Gatekeeper.class);

  private final BrokerHooks hooks;
  private final OpenConnections connections;
  private final Duration decisionTimeout;
  private final Executor deciders;
  private final AtomicLong lastConnection = new AtomicLong();

  Gatekeeper(
      BrokerHooks hooks, OpenConnections connections, Duration decisionTimeout, Executor deciders) {
    this.hooks = hooks;
    this.connections = connections;
    this.decisionTimeout = decisionTimeout;
    this.deciders = deciders;
  }

  @Override
  public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
    ConnectRequest request = request(input);
    Async<SimpleAuthOutput> answer =
        output.async(
            decisionTimeout,
            TimeoutFallback.FAILURE,
            ConnackReasonCode.SERVER_UNAVAILABLE,
            "the decision took too long");
    decide(request)
        .whenComplete(
            (decision, failure) -> {
              try {
                if (failure == null) {
                  apply(decision, request, input, output);
                } else {
                  log.warn("MQTT: no decision about {}", request, failure);
                  refuse(output, new Refused(Reason.UNAVAILABLE, "cannot be decided now"));
                }
              } finally {
                answer.resume();
              }
            });
  }

  private CompletionStage<Decision> decide(ConnectRequest request) {
    return CompletableFuture.supplyAsync(() -> hooks.authenticate(request), deciders)
        .thenCompose(decision -> decision);
  }

  private void apply(
      Decision decision, ConnectRequest request, SimpleAuthInput input, SimpleAuthOutput output) {
    WillPublishPacket will = input.getConnectPacket().getWillPublish().orElse(null);
    Refused violation = violation(decision, request, will);
    switch (violation == null ? decision : violation) {
      case ClientAllowed client -> {
        permit(output.getDefaultPermissions(), client);
        admit(input, request, client, client, will);
        output.authenticateSuccessfully();
      }
      case ServiceAllowed service -> {
        output.getDefaultPermissions().setDefaultBehaviour(DefaultAuthorizationBehaviour.ALLOW);
        admit(input, request, service, null, null);
        output.authenticateSuccessfully();
      }
      case Refused refused -> refuse(output, refused);
    }
  }

  /** What the hook may have overlooked: these rules hold whatever it says. */
  private static @Nullable Refused violation(
      Decision decision, ConnectRequest request, @Nullable WillPublishPacket will) {
    if (!(decision instanceof ClientAllowed client)) {
      return null;
    }
    String prefix = client.user().value() + ":";
    if (!request.clientId().startsWith(prefix) || request.clientId().length() == prefix.length()) {
      return new Refused(Reason.NOT_AUTHORIZED, "client id: expected " + prefix + "{device}");
    }
    if (will != null && (!client.mayPublish().contains(will.getTopic()) || will.getRetain())) {
      return new Refused(
          Reason.NOT_AUTHORIZED, "will: expected not retained, on one of " + client.mayPublish());
    }
    return null;
  }

  private static void permit(ModifiableDefaultPermissions permissions, ClientAllowed client) {
    permissions.setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
    for (String topic : client.mayPublish()) {
      permissions.add(
          Builders.topicPermission()
              .topicFilter(topic)
              .type(TopicPermission.PermissionType.ALLOW)
              .activity(TopicPermission.MqttActivity.PUBLISH)
              .retain(TopicPermission.Retain.NOT_RETAINED)
              .build());
    }
    for (String topic : client.maySubscribe()) {
      permissions.add(
          Builders.topicPermission()
              .topicFilter(topic)
              .type(TopicPermission.PermissionType.ALLOW)
              .activity(TopicPermission.MqttActivity.SUBSCRIBE)
              .sharedSubscription(TopicPermission.SharedSubscription.NOT_SHARED)
              .build());
    }
  }

  private void admit(
      SimpleAuthInput input,
      ConnectRequest request,
      Decision decision,
      @Nullable ClientAllowed client,
      @Nullable WillPublishPacket will) {
    ClientConnection connection =
        new ClientConnection(
            Long.toString(lastConnection.incrementAndGet()),
            request.clientId(),
            client == null ? null : client.user(),
            request.transport());
    InboundMessage lastWords =
        will == null
            ? null
            : new InboundMessage(
                will.getTopic(),
                will.getPayload().map(Payloads::copy).orElse(Payloads.EMPTY),
                will.getQos().getQosNumber(),
                request.clientId());
    connections.admit(
        input.getConnectionInformation(),
        new Admitted(
            connection, decision, request.mqttVersion() == 5, lastWords, new AtomicBoolean()));
  }

  private static void refuse(SimpleAuthOutput output, Refused refused) {
    log.debug("MQTT: refused, {}: {}", refused.reason(), refused.sentence());
    ConnackReasonCode code =
        switch (refused.reason()) {
          case BAD_CREDENTIALS -> ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD;
          case NOT_AUTHORIZED -> ConnackReasonCode.NOT_AUTHORIZED;
          case UNAVAILABLE -> ConnackReasonCode.SERVER_UNAVAILABLE;
        };
    output.failAuthentication(code, refused.sentence());
  }

  private static ConnectRequest request(SimpleAuthInput input) {
    ConnectPacket packet = input.getConnectPacket();
    ConnectionInformation connection = input.getConnectionInformation();
    return new ConnectRequest(
        packet.getClientId(),
        AssignedClientIds.isAssigned(connection),
        packet.getUserName().orElse(null),
        packet.getPassword().map(Payloads::copy).orElse(null),
        packet.getMqttVersion() == MqttVersion.V_5 ? 5 : 3,
        connection.getInetAddress().map(InetAddress::getHostAddress).orElse(null),
        transport(connection));
  }

  private static ConnectRequest.Transport transport(ConnectionInformation connection) {
    boolean webSocket =
        connection
            .getListener()
            .map(listener -> listener.getListenerType() == ListenerType.WEBSOCKET_LISTENER)
            .orElse(false);
    return webSocket ? ConnectRequest.Transport.WEB_SOCKET : ConnectRequest.Transport.TCP;
  }
}
