package im.hongyan.processes.suite;

import im.hongyan.local.LocalMosquitto;
import im.hongyan.local.LocalProcess;
import im.hongyan.local.LocalRabbit;
import im.hongyan.processes.backend.TrialUserSystem;
import im.hongyan.processes.fault.MovableClock;
import im.hongyan.processes.fault.TcpLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The suite as separate processes on real brokers, each service from its own jar and told by
 * environment variables alone where the others are. The services listen on the loopback address.
 */
public final class RunningSuite implements AutoCloseable {
  private final SuiteOptions options;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Map<Part, List<ServiceReplica>> services = new EnumMap<>(Part.class);
  private final Map<Part, Integer> doors = new EnumMap<>(Part.class);
  private final String secret = secret();
  private final TrialUserSystem users;
  private final TcpLink usersLink;
  private final int gatewayPort;
  private final BackendServers servers;
  private final BackendAddresses backends;

  private RunningSuite(SuiteOptions options, Function<FreePorts, BackendServers> withServers) {
    this.options = options;
    FreePorts ports = new FreePorts();
    this.gatewayPort = ports.orNext(options.gatewayPort());
    this.servers = closing(withServers.apply(ports));
    Map<Part, List<Integer>> replicaPorts = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      List<Integer> of = new ArrayList<>();
      for (int i = 0; i < options.count(part); i++) {
        of.add(part == Part.GATEWAY && i == 0 ? gatewayPort : ports.next());
      }
      replicaPorts.put(part, of);
    }
    int operatorPort = ports.next();
    ports.release();
    this.users = closing(TrialUserSystem.start());
    this.usersLink = closing(TcpLink.to(List.of(users.port())));
    openDoors(replicaPorts);
    try {
      this.backends =
          servers.start(new BrokerHook(doors.getOrDefault(Part.AUTH_BRIDGE, 0), secret));
      Addresses direct = addresses();
      replicaPorts.forEach(
          (part, of) -> services.put(part, replicas(part, of, operatorPort, direct)));
      all().forEach(ServiceReplica::launch);
      all().forEach(ServiceReplica::awaitReady);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything on brokers of this machine and returns when all services say that they are
   * ready.
   *
   * @throws IllegalStateException when something does not start, with the end of its log
   */
  public static RunningSuite start(SuiteOptions options) {
    return new RunningSuite(options, ports -> new LocalServers(options, ports));
  }

  /**
   * Starts the services on servers that somebody else starts, and returns when all services say
   * that they are ready. The servers are closed with the suite.
   *
   * @param options without links that can be broken and without an MQTT port: both are of servers
   *     of this machine
   * @throws IllegalStateException when something does not start, with the end of its log
   */
  public static RunningSuite start(SuiteOptions options, BackendServers servers) {
    if (options.breakable() || options.mqttPort() != 0) {
      throw new IllegalArgumentException(
          "links that can be broken, or an MQTT port (expected: neither, with servers elsewhere)");
    }
    return new RunningSuite(options, ports -> servers);
  }

  private <T extends AutoCloseable> T closing(T part) {
    synchronized (started) {
      started.push(part);
    }
    return part;
  }

  /** One process of a service is found at its port, several behind a door that leads to them. */
  private void openDoors(Map<Part, List<Integer>> replicaPorts) {
    replicaPorts.forEach(
        (part, of) ->
            doors.put(part, of.size() == 1 ? of.getFirst() : closing(TcpLink.to(of)).port()));
  }

  private Addresses addresses() {
    return new Addresses(
        backends.amqp(),
        backends.mqttForServices(),
        backends.mqttWebSocket(),
        backends.store(),
        URI.create("http://127.0.0.1:" + usersLink.port()),
        doors,
        options.brokers(),
        secret,
        SigningKeyFile.in(options.folder().resolve("signing-key.pem")),
        words().toUri());
  }

  private List<ServiceReplica> replicas(
      Part part, List<Integer> of, int operatorPort, Addresses direct) {
    Path jar = new ServiceJars(options.home()).of(part);
    List<ServiceReplica> replicas = new ArrayList<>();
    for (int i = 0; i < of.size(); i++) {
      int port = of.get(i);
      ServiceReplica.Links links = links(part, direct);
      Map<String, String> environment =
          Environment.of(part, i + 1, port, operatorPort, through(links, direct));
      int healthPort = part == Part.GATEWAY ? operatorPort : port;
      replicas.add(
          closing(
              new ServiceReplica(
                  part,
                  i + 1,
                  port,
                  URI.create("http://127.0.0.1:" + healthPort),
                  jar,
                  options.folder(),
                  environment,
                  links,
                  clock(part, i + 1))));
    }
    return replicas;
  }

  private Optional<MovableClock> clock(Part part, int number) {
    return options.movableClocks()
        ? Optional.of(
            new MovableClock(options.folder().resolve(part.module() + "-" + number + ".clock")))
        : Optional.empty();
  }

  private ServiceReplica.Links links(Part part, Addresses direct) {
    if (!options.breakable() || part == Part.GATEWAY) {
      return ServiceReplica.Links.NONE;
    }
    boolean talksMqtt = part == Part.INGEST || part == Part.PUSH;
    boolean stores = part != Part.INGEST && part != Part.MODERATION;
    return new ServiceReplica.Links(
        link(true, direct.amqp().getPort()),
        link(talksMqtt, direct.mqtt().getPort()),
        link(stores, direct.store().getPort()));
  }

  private static Optional<TcpLink> link(boolean needed, int target) {
    return needed ? Optional.of(TcpLink.to(List.of(target))) : Optional.empty();
  }

  private static Addresses through(ServiceReplica.Links links, Addresses direct) {
    return new Addresses(
        links.amqp().map(link -> withPort(direct.amqp(), link.port())).orElse(direct.amqp()),
        links.mqtt().map(RunningSuite::address).orElse(direct.mqtt()),
        direct.mqttWebSocket(),
        links.store().map(link -> withPort(direct.store(), link.port())).orElse(direct.store()),
        direct.userSystem(),
        direct.services(),
        direct.brokers(),
        direct.secret(),
        direct.signingKey(),
        direct.words());
  }

  private static InetSocketAddress address(TcpLink link) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), link.port());
  }

  private static URI withPort(URI uri, int port) {
    return URI.create(uri.toString().replaceFirst(":" + uri.getPort() + "(?=/|$)", ":" + port));
  }

  private static String secret() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The folder of the operator's word lists. */
  public Path words() {
    try {
      return Files.createDirectories(options.folder().toAbsolutePath().resolve("words"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The gateway. */
  public URI http() {
    return URI.create("http://127.0.0.1:" + gatewayPort);
  }

  /** The clients' MQTT address. */
  public InetSocketAddress mqtt() {
    return backends.mqtt();
  }

  /** All processes of services. */
  public List<ServiceReplica> all() {
    return services.values().stream().flatMap(List::stream).toList();
  }

  /** The processes of one service. */
  public List<ServiceReplica> of(Part part) {
    return services.getOrDefault(part, List.of());
  }

  /** The AMQP broker, where it is of this machine. */
  public LocalRabbit rabbit() {
    return local().rabbit();
  }

  /** The MQTT broker, where it is of this machine and one of its own. */
  public Optional<LocalMosquitto> mosquitto() {
    return local().mosquitto();
  }

  /** The process of the document store, where it is of this machine. */
  public LocalProcess store() {
    return local().store();
  }

  /** Starts the document store again on its folder after its process has ended. */
  public void startStoreAgain() {
    local().startStoreAgain();
  }

  private LocalServers local() {
    if (servers instanceof LocalServers local) {
      return local;
    }
    throw new IllegalStateException("the servers are elsewhere (expected: on this machine)");
  }

  /** The customer's user system, for moods. */
  public TrialUserSystem users() {
    return users;
  }

  /** The way from auth-bridge to the user system. */
  public TcpLink usersLink() {
    return usersLink;
  }

  /** Stops everything at once, what was started last first. */
  @Override
  public void close() {
    List<Supplier<RuntimeException>> failures = new ArrayList<>();
    synchronized (started) {
      while (!started.isEmpty()) {
        try {
          started.pop().close();
        } catch (Exception e) {
          failures.add(() -> new IllegalStateException("not stopped", e));
        }
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst().get();
    }
  }
}
