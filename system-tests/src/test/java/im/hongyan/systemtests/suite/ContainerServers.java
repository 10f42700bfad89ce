package im.hongyan.systemtests.suite;

import im.hongyan.processes.suite.BackendAddresses;
import im.hongyan.processes.suite.BackendServers;
import im.hongyan.processes.suite.BrokerHook;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.testcontainers.Testcontainers;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.lifecycle.Startable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.mongodb.MongoDBContainer;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/**
 * RabbitMQ 4, MongoDB 8 and EMQX 5 in containers. EMQX asks auth-bridge on this machine, which
 * listens on the loopback address, through Testcontainers' tunnel.
 */
final class ContainerServers implements BackendServers {
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  private List<Startable> started = List.of();

  @Override
  public BackendAddresses start(BrokerHook hook) {
    // Containers that are made before this do not know the way.
    Testcontainers.exposeHostPorts(hook.port());
    RabbitMQContainer rabbit = new RabbitMQContainer("rabbitmq:4.1.5-management");
    MongoDBContainer store = new MongoDBContainer("mongo:8.0.17").withReplicaSet();
    GenericContainer<?> emqx = Emqx.container(hook).withStartupTimeout(LONGEST_START);
    started = List.of(rabbit, store, emqx);
    Startables.deepStart(started).join();
    InetSocketAddress mqtt = new InetSocketAddress(emqx.getHost(), emqx.getMappedPort(Emqx.MQTT));
    return new BackendAddresses(
        URI.create(
            "amqp://%s:%s@%s:%d"
                .formatted(
                    rabbit.getAdminUsername(),
                    rabbit.getAdminPassword(),
                    rabbit.getHost(),
                    rabbit.getAmqpPort())),
        mqtt,
        mqtt,
        URI.create(
            "ws://%s:%d/mqtt".formatted(emqx.getHost(), emqx.getMappedPort(Emqx.MQTT_WEBSOCKET))),
        URI.create(store.getReplicaSetUrl("hongyan")));
  }

  @Override
  public void close() {
    started.forEach(Startable::stop);
  }
}
