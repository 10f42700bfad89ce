package im.hongyan.standalone;

import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mqtt.EmbeddedMqtt;
import im.hongyan.embedded.mqtt.EmbeddedMqttOptions.Endpoint;
import im.hongyan.mqtt.hooks.BrokerHooks;
import im.hongyan.standalone.ServerOptions.ExternalMqtt;
import im.hongyan.standalone.backend.BackendStarter;
import im.hongyan.standalone.backend.Backends;
import im.hongyan.standalone.backend.LateHooks;
import im.hongyan.standalone.data.DataFolder;
import im.hongyan.standalone.failure.StartFailure;
import im.hongyan.standalone.operator.OperatorDoor;
import im.hongyan.standalone.service.Ports;
import im.hongyan.standalone.service.RunningService;
import im.hongyan.standalone.service.SharedNetty;
import im.hongyan.standalone.service.SuiteService;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The whole suite, running in this process. Everything that was acknowledged is in the data folder:
 * the process may be killed at any moment and started again on the same folder.
 *
 * <p>One of them runs in a process at a time, because of the embedded MQTT broker.
 */
public final class HongyanServer implements AutoCloseable {
  /** Starting is work for the processor, so more at a time gains nothing. */
  private static final int STARTS_AT_A_TIME = 4;

  private static final String LOOPBACK = "127.0.0.1";

  private final ServerOptions options;
  private final Progress progress;
  private final ShutdownOrder shutdown = new ShutdownOrder();
  private final Map<SuiteService, Integer> ports = new EnumMap<>(SuiteService.class);
  private final String secret;
  private final int mqttPort;
  private final int mqttWebSocketPort;
  private final int operatorPort;
  private final LateHooks hooks = new LateHooks();
  private final SharedNetty netty;

  /** Services that have started; added to by the threads that start them. */
  private final List<RunningService> running = new CopyOnWriteArrayList<>();

  private HongyanServer(ServerOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
    SecureRandom random = new SecureRandom();
    Ports free = new Ports(random);
    for (SuiteService service : SuiteService.values()) {
      ports.put(service, port(service, free));
    }
    this.mqttPort =
        options.mqtt().isPresent()
            ? options.mqtt().get().port()
            : free.take(options.address(), options.mqttPort(), "--mqtt-port");
    this.mqttWebSocketPort = free.free();
    this.operatorPort =
        options.operatorPort().isPresent()
            ? free.take(
                InetAddress.getLoopbackAddress(),
                options.operatorPort().getAsInt(),
                "--operator-port")
            : free.prefer(ServerOptions.OPERATOR);
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    this.secret = HexFormat.of().formatHex(bytes);
    this.netty = new SharedNetty();
  }

  private int port(SuiteService service, Ports free) {
    return switch (service) {
      case GATEWAY -> free.take(options.address(), options.port(), "--port");
      case AUTH_BRIDGE ->
          options
              .mqtt()
              .map(ExternalMqtt::hook)
              .map(hook -> free.take(hook.getAddress(), hook.getPort(), "--mqtt-hook"))
              .orElseGet(free::free);
      default -> free.free();
    };
  }

  /**
   * Starts everything and returns when the suite is ready.
   *
   * @param data the folder of {@code options}, taken; it is freed when the server is closed or does
   *     not start
   * @throws StartFailure with one sentence where it cannot
   */
  public static HongyanServer start(ServerOptions options, DataFolder data, Progress progress) {
    // Spring would set up logging again for each service, over what this process has set up.
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    HongyanServer server;
    try {
      server = new HongyanServer(options, progress);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
    server.shutdown.last(data);
    server.shutdown.then(ShutdownOrder.Stage.POOLS, server.netty);
    try (ExecutorService starts =
        Executors.newFixedThreadPool(
            STARTS_AT_A_TIME, Thread.ofPlatform().name("start-", 1).factory())) {
      server.startAll(data, starts);
    } catch (CompletionException e) {
      server.close();
      throw e.getCause() instanceof StartFailure failure
          ? failure
          : new StartFailure("the start failed (%s)".formatted(e.getCause()), e.getCause());
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** The same without telling anybody how far it is. */
  public static HongyanServer start(ServerOptions options) {
    return start(options, DataFolder.take(options.data()), Progress.SILENT);
  }

  private void startAll(DataFolder data, ExecutorService starts) {
    // Each line begins when what it names before it is there.
    var mongo = part("store", starts, () -> mongo(data));
    var amqp = part("streams", starts, () -> amqp(data));
    var mqtt = part("MQTT broker", starts, () -> mqtt(data));
    var gateway =
        mqtt.thenCompose(
            m -> service(SuiteService.GATEWAY, starts, () -> gatewaySettings(m), Map.of()));
    var users =
        options.userSystem().isPresent()
            ? CompletableFuture.completedFuture(null)
            : service(SuiteService.DEMO_USER_SYSTEM, starts, Map::of, Map.of());
    var inner =
        CompletableFuture.allOf(mongo, amqp, mqtt)
            .thenApply(all -> new Backends(mongo.join(), amqp.join(), mqtt.join()))
            .thenCompose(backends -> innerServices(backends, data, starts));
    CompletableFuture.allOf(gateway, users, inner).join();
    shutdown.then(ShutdownOrder.Stage.DOORS, OperatorDoor.open(operatorPort, running));
    Readiness.await(URI.create("http://%s:%d/health".formatted(host(options.address()), port())));
  }

  private CompletableFuture<Void> innerServices(
      Backends backends, DataFolder data, ExecutorService starts) {
    Map<String, Object> toClients = new LinkedHashMap<>();
    backends.mqtt().publisher().ifPresent(p -> toClients.put("clientPublisher", p));
    Map<String, Object> bothWays = new LinkedHashMap<>(toClients);
    backends.mqtt().inbound().ifPresent(link -> bothWays.put("inboundLink", link));
    Supplier<Map<String, String>> settings = () -> innerSettings(backends);
    var auth =
        service(SuiteService.AUTH_BRIDGE, starts, settings, toClients)
            .thenAccept(service -> hooks.decideBy(service.bean(BrokerHooks.class)));
    return CompletableFuture.allOf(
        auth,
        service(SuiteService.PUSH, starts, settings, toClients),
        service(SuiteService.INGEST, starts, settings, bothWays),
        service(SuiteService.SESSION, starts, settings, Map.of()),
        service(
            SuiteService.MODERATION,
            starts,
            () -> moderationSettings(backends, data.made("words")),
            Map.of()));
  }

  private URI mongo(DataFolder data) {
    if (options.mongo().isPresent()) {
      return options.mongo().get();
    }
    EmbeddedMongo mongo = BackendStarter.mongo(data.of("mongo"));
    shutdown.then(ShutdownOrder.Stage.STORES, mongo);
    return URI.create(mongo.connectionString() + "/hongyan");
  }

  private URI amqp(DataFolder data) {
    if (options.amqp().isPresent()) {
      return options.amqp().get();
    }
    EmbeddedAmqp amqp = BackendStarter.amqp(data.of("amqp"), secret);
    shutdown.then(ShutdownOrder.Stage.STORES, amqp);
    return amqp.uri();
  }

  private Backends.Mqtt mqtt(DataFolder data) {
    if (options.mqtt().isPresent()) {
      ServerOptions.ExternalMqtt there = options.mqtt().get();
      return new Backends.Mqtt(
          there.host(), there.port(), there.webSocket(), Optional.empty(), Optional.empty());
    }
    EmbeddedMqtt mqtt =
        BackendStarter.mqtt(
            new Endpoint(options.address().getHostAddress(), mqttPort),
            mqttWebSocketPort,
            hooks,
            data.of("mqtt"));
    shutdown.then(ShutdownOrder.Stage.MQTT, mqtt);
    return new Backends.Mqtt(
        LOOPBACK,
        mqttPort,
        URI.create("ws://%s:%d/mqtt".formatted(LOOPBACK, mqttWebSocketPort)),
        Optional.of(mqtt.inboundLink()),
        Optional.of(mqtt.clientPublisher()));
  }

  private CompletableFuture<RunningService> service(
      SuiteService service,
      ExecutorService starts,
      Supplier<Map<String, String>> settings,
      Map<String, Object> beans) {
    return part(
        service.configName(),
        starts,
        () -> {
          Map<String, String> all = new LinkedHashMap<>();
          all.put("server.port", Integer.toString(ports.getOrDefault(service, 0)));
          all.put("server.address", address(service).getHostAddress());
          all.put("hongyan.identity.service-secret", secret);
          all.putAll(settings.get());
          all.putAll(options.properties());
          Map<String, Object> given = new LinkedHashMap<>(beans);
          given.put("reactorResourceFactory", netty);
          RunningService started = RunningService.start(service, all, given);
          shutdown.then(ShutdownOrder.Stage.of(service), started);
          running.add(started);
          return started;
        });
  }

  private Map<String, String> gatewaySettings(Backends.Mqtt mqtt) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.shutdown", "graceful");
    // Operators have a door of their own; this one listens for everybody.
    settings.put("management.server.port", "-1");
    settings.put("hongyan.gateway.upstreams.auth-bridge", url(SuiteService.AUTH_BRIDGE));
    settings.put("hongyan.gateway.upstreams.session", url(SuiteService.SESSION));
    settings.put("hongyan.gateway.upstreams.ingest", url(SuiteService.INGEST));
    settings.put("hongyan.gateway.upstreams.push", url(SuiteService.PUSH));
    settings.put("hongyan.gateway.upstreams.mqtt", mqtt.webSocket().toString());
    settings.put(
        "hongyan.gateway.readiness.services.moderation",
        url(SuiteService.MODERATION) + "/actuator/health/readiness");
    return settings;
  }

  private Map<String, String> innerSettings(Backends backends) {
    Map<String, String> settings = new LinkedHashMap<>(backends.settings());
    if (options.mqtt().isEmpty()) {
      // Nobody can still be connected to a broker that has just started.
      settings.put("hongyan.connection.reset-at-start", "true");
    }
    settings.put("hongyan.auth-client.url", url(SuiteService.AUTH_BRIDGE));
    settings.put("hongyan.session-client.url", url(SuiteService.SESSION));
    settings.put("hongyan.push-client.url", url(SuiteService.PUSH));
    settings.put("hongyan.identity.jwks-url", url(SuiteService.AUTH_BRIDGE) + "/internal/v1/jwks");
    settings.put(
        "hongyan.user-system.url",
        options
            .userSystem()
            .map(URI::toString)
            .orElseGet(() -> url(SuiteService.DEMO_USER_SYSTEM)));
    if (options.amqp().isEmpty()) {
      // One process owns them all: one large batch at a time costs less than several small ones
      // side by side. A real server's streams may be others' as well.
      settings.put("hongyan.amqp.partitions", "1");
    }
    return settings;
  }

  private Map<String, String> moderationSettings(Backends backends, Path words) {
    Map<String, String> settings = new LinkedHashMap<>(innerSettings(backends));
    settings.put("hongyan.moderation.words-dir", words.toString());
    return settings;
  }

  /** Where the other services find a service. */
  String url(SuiteService service) {
    return "http://%s:%d".formatted(host(address(service)), ports.getOrDefault(service, 0));
  }

  /** Where a service listens: on the loopback interface, but where others must reach it. */
  private InetAddress address(SuiteService service) {
    return switch (service) {
      case GATEWAY -> options.address();
      case AUTH_BRIDGE ->
          options
              .mqtt()
              .map(external -> external.hook().getAddress())
              .orElseGet(InetAddress::getLoopbackAddress);
      default -> InetAddress.getLoopbackAddress();
    };
  }

  /** How this process reaches what listens on an address. */
  private static String host(InetAddress address) {
    if (address.isAnyLocalAddress()) {
      return LOOPBACK;
    }
    return address instanceof Inet6Address
        ? "[" + address.getHostAddress() + "]"
        : address.getHostAddress();
  }

  private <T> CompletableFuture<T> part(String name, ExecutorService starts, Supplier<T> start) {
    return CompletableFuture.supplyAsync(
        () -> {
          long begun = System.nanoTime();
          T started = start.get();
          progress.ready(name, Duration.ofNanos(System.nanoTime() - begun));
          return started;
        },
        starts);
  }

  /** The gateway's port: HTTP, and MQTT over WebSocket under {@code /mqtt}. */
  public int port() {
    return ports.getOrDefault(SuiteService.GATEWAY, 0);
  }

  /** The port for MQTT over TCP. */
  public int mqttPort() {
    return mqttPort;
  }

  /** The port on the loopback interface for metrics and health of all services. */
  public int operatorPort() {
    return operatorPort;
  }

  /**
   * Stops everything in order: first who lets requests in, last who keeps what was acknowledged.
   */
  @Override
  public void close() {
    shutdown.close();
  }
}
