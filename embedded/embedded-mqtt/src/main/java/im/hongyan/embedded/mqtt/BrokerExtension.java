package im.hongyan.embedded.mqtt;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import io.micrometer.core.instrument.Gauge;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Puts everything of ours into HiveMQ's places for it. */
final class BrokerExtension implements ExtensionMain {
  private final EmbeddedMqttOptions options;
  private final EmbeddedInboundLink inbound;
  private final EmbeddedClientPublisher publisher;
  private final OpenConnections connections = new OpenConnections();
  private final ExecutorService deciders =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("mqtt-hook-", 0).factory());

  /** Set when the broker starts. */
  private volatile @Nullable ClientService clients;

  BrokerExtension(
      EmbeddedMqttOptions options, EmbeddedInboundLink inbound, EmbeddedClientPublisher publisher) {
    this.options = options;
    this.inbound = inbound;
    this.publisher = publisher;
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
    if (options.inbound() == EmbeddedMqttOptions.Inbound.TO_HANDLER) {
      Services.initializerRegistry()
          .setClientInitializer(
              (initializer, context) -> {
                Admitted admitted = connections.find(initializer.getConnectionInformation());
                if (admitted != null && !admitted.isService()) {
                  context.addPublishInboundInterceptor(
                      new InboundGate(admitted, inbound, options.limits().handlerTimeout()));
                }
              });
    }
    Gauge.builder("hongyan.mqtt.connections", connections, OpenConnections::size)
        .register(options.meters());
    publisher.open(Services.publishService());
    clients = Services.clientService();
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
    publisher.close();
    deciders.shutdown();
  }
}
