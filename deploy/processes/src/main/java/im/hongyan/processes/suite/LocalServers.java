package im.hongyan.processes.suite;

import im.hongyan.local.LocalMosquitto;
import im.hongyan.local.LocalProcess;
import im.hongyan.local.LocalRabbit;
import im.hongyan.processes.backend.StoreMain;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** RabbitMQ and mosquitto of this machine, and the suite's own document store, as processes. */
final class LocalServers implements BackendServers {
  private static final Duration STORE_START = Duration.ofSeconds(30);

  private final Path folder;
  private final boolean rabbitForAll;
  private final int storePort;
  private final LocalRabbit.Ports rabbitPorts;
  private final int mosquittoPort;
  private final int mosquittoWebSocketPort;
  private final int mosquittoServicePort;
  private volatile @Nullable LocalProcess store;
  private volatile @Nullable LocalRabbit rabbit;
  private volatile @Nullable LocalMosquitto mosquitto;

  /** Takes its ports; nothing is started yet. */
  LocalServers(SuiteOptions options, FreePorts ports) {
    this.folder = options.folder();
    this.rabbitForAll =
        switch (options.brokers()) {
          case RABBITMQ -> true;
          case RABBITMQ_AND_MOSQUITTO -> false;
          case RABBITMQ_AND_EMQX ->
              throw new IllegalArgumentException(
                  "brokers: EMQX on this machine (expected: RabbitMQ or mosquitto)");
        };
    this.storePort = ports.next();
    this.rabbitPorts =
        new LocalRabbit.Ports(
            ports.next(),
            rabbitForAll ? ports.orNext(options.mqttPort()) : ports.next(),
            ports.next(),
            ports.next(),
            ports.next());
    this.mosquittoPort = rabbitForAll ? ports.next() : ports.orNext(options.mqttPort());
    this.mosquittoWebSocketPort = ports.next();
    this.mosquittoServicePort = ports.next();
  }

  @Override
  public BackendAddresses start(BrokerHook hook) {
    CompletableFuture<?> aStore = CompletableFuture.runAsync(this::startStoreAgain);
    CompletableFuture<?> aRabbit =
        CompletableFuture.runAsync(() -> rabbit = LocalRabbit.start(rabbitOptions(hook)));
    try {
      if (!rabbitForAll) {
        mosquitto = LocalMosquitto.start(mosquittoOptions(hook));
      }
    } finally {
      // Whatever happens, nothing starts any more after this.
      CompletableFuture.allOf(aStore, aRabbit).handle((_, _) -> true).join();
    }
    joined(aRabbit);
    joined(aStore);
    return new BackendAddresses(
        rabbit().uri(),
        loopback(rabbitForAll ? rabbitPorts.mqtt() : mosquittoPort),
        loopback(rabbitForAll ? rabbitPorts.mqtt() : mosquittoServicePort),
        URI.create(
            rabbitForAll
                ? "ws://127.0.0.1:%d/ws".formatted(rabbitPorts.webMqtt())
                : "ws://127.0.0.1:%d/mqtt".formatted(mosquittoWebSocketPort)),
        URI.create("mongodb://127.0.0.1:%d/hongyan".formatted(storePort)));
  }

  private LocalRabbit.Options rabbitOptions(BrokerHook hook) {
    return new LocalRabbit.Options(
        folder.resolve("rabbitmq"),
        rabbitPorts,
        hook.secret(),
        rabbitForAll
            ? Optional.of(
                URI.create(
                    "http://broker:%s@127.0.0.1:%d/broker/rabbitmq"
                        .formatted(hook.secret(), hook.port())))
            : Optional.empty());
  }

  private LocalMosquitto.Options mosquittoOptions(BrokerHook hook) {
    return new LocalMosquitto.Options(
        folder.resolve("mosquitto"),
        mosquittoPort,
        mosquittoWebSocketPort,
        mosquittoServicePort,
        List.of("ingest", "push"),
        hook.secret());
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static void joined(CompletableFuture<?> part) {
    try {
      part.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  LocalRabbit rabbit() {
    return running(rabbit, "RabbitMQ");
  }

  Optional<LocalMosquitto> mosquitto() {
    return Optional.ofNullable(mosquitto);
  }

  LocalProcess store() {
    return running(store, "the store");
  }

  private static <T> T running(@Nullable T server, String name) {
    if (server == null) {
      throw new IllegalStateException(name + " has not been started");
    }
    return server;
  }

  /** Starts the document store, again on its folder after its process has ended. */
  void startStoreAgain() {
    store =
        LocalProcess.start(
                "store",
                List.of(
                    ServiceJars.java(),
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    StoreMain.class.getName(),
                    Integer.toString(storePort),
                    folder.resolve("store").toAbsolutePath().toString()),
                Map.of(),
                folder,
                folder.resolve("store.log"))
            .awaitReady(() -> LocalProcess.accepts(storePort), STORE_START);
  }

  @Override
  public void close() {
    try (LocalProcess _ = store;
        LocalRabbit _ = rabbit;
        LocalMosquitto _ = mosquitto) {
      // Each is closed even if another one cannot be; the store is the last.
    }
  }
}
