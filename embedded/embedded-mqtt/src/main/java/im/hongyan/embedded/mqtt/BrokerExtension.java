package im.hongyan.embedded.mqtt;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import im.hongyan.mqtt.hooks.Decision.ClientAllowed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Puts everything of ours into HiveMQ's places for it. */
final class BrokerExtension implements ExtensionMain {
  private final EmbeddedMqttOptions options;
  private final EmbeddedInboundLink inbound;
  private final ClientOutlets outlets;
  private final EmbeddedClientPublisher publisher;
  private final Counter overflows;
  private final OpenConnections connections = new OpenConnections();
  private final ExecutorService deciders =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("mqtt-hook-", 0).factory());

  /** Set when the broker starts. */
  private volatile @Nullable ClientService clients;

  BrokerExtension(
      EmbeddedMqttOptions options,
      EmbeddedInboundLink inbound,
      ClientOutlets outlets,
      EmbeddedClientPublisher publisher) {
    this.options = options;
    this.inbound = inbound;
    this.outlets = outlets;
    this.publisher = publisher;
    this.overflows =
        Counter.builder("hongyan.mqtt.connections.overflowed")
            .description("connections ended because the client left too much unread")
            .register(options.meters());
  }

  @Nullable ClientService clients() {
    return clients;
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    Gatekeeper gatekeeper =
        new Gatekeeper(options.hooks(), connections, options.limits().decisionTimeout(), deciders);
    AssignedClientIds clientIds = new AssignedClientIds();
    ConnectionWatch watch = new ConnectionWatch(options.hooks(), connections, inbound);
    Services.interceptorRegistry().setConnectInboundInterceptorProvider(provided -> clientIds);
    Services.securityRegistry().setAuthenticatorProvider(provided -> gatekeeper);
    Services.eventRegistry().setClientLifecycleEventListener(provided -> watch);
    Services.initializerRegistry()
        .setClientInitializer(
            (initializer, context) -> {
              ConnectionInformation connection = initializer.getConnectionInformation();
              Admitted admitted = connections.find(connection);
              if (admitted != null && admitted.decision() instanceof ClientAllowed client) {
                equip(connection, admitted, client);
              }
            });
    Gauge.builder("hongyan.mqtt.connections", connections, OpenConnections::size)
        .register(options.meters());
    publisher.open();
    clients = Services.clientService();
  }

  private void equip(ConnectionInformation connection, Admitted admitted, ClientAllowed client) {
    ConnectionPipelines.addBeforePublishes(
        connection, new ClientOutlet(client, outlets, overflows));
    if (options.inbound() == EmbeddedMqttOptions.Inbound.TO_HANDLER) {
      ConnectionPipelines.addBeforePublishes(
          connection, new InboundGate(admitted, inbound, options.limits().handlerTimeout()));
    }
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
    publisher.close();
    deciders.shutdown();
  }
}
