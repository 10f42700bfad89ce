package im.hongyan.embedded.mqtt;

import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.tcp.LinkContext;
import im.hongyan.mqtt.tcp.MqttLinkProperties;
import im.hongyan.mqtt.tcp.TcpClientPublisher;
import im.hongyan.mqtt.tcp.TcpInboundLink;
import im.hongyan.mqtt.tcp.TlsMaterial;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;

/**
 * Compares the two ways into and out of the broker: each message of a client is answered on its own
 * topic, clients included in the figures. Arguments: {@code tcp|embedded}, clients, seconds,
 * messages in flight of each client, milliseconds that the handler takes.
 */
final class LinkMeasurement {
  private LinkMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    boolean tcp = arguments[0].equals("tcp");
    int clients = Integer.parseInt(arguments[1]);
    int seconds = Integer.parseInt(arguments[2]);
    int window = Integer.parseInt(arguments[3]);
    long delay = Long.parseLong(arguments[4]);
    EmbeddedMqttOptions options =
        EmbeddedMqttOptions.with(new RecordingHooks())
            .inbound(
                tcp
                    ? EmbeddedMqttOptions.Inbound.TO_SUBSCRIBERS
                    : EmbeddedMqttOptions.Inbound.TO_HANDLER);
    try (EmbeddedMqtt broker = EmbeddedMqtt.start(options)) {
      LinkContext context = context(broker.tcp().port());
      InboundLink in = tcp ? new TcpInboundLink(context, "in") : broker.inboundLink();
      ClientPublisher out = tcp ? new TcpClientPublisher(context, "out") : broker.clientPublisher();
      Executor later =
          delay == 0
              ? null
              : CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS, Runnable::run);
      in.start(
          message -> {
            String topic = message.topic().replace("/server/", "/client/");
            CompletableFuture<Void> durable =
                later == null
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.runAsync(() -> {}, later);
            durable.thenRun(() -> out.publish(topic, message.payload(), 1));
            return durable;
          });
      Awaitility.await().until(() -> in.isConnected() && out.isConnected());
      measure(System.out, arguments, broker, clients, seconds, window);
      if (tcp) {
        in.close();
        ((TcpClientPublisher) out).close();
      }
    }
    System.exit(0);
  }

  private static void measure(
      PrintStream report,
      String[] arguments,
      EmbeddedMqtt broker,
      int clients,
      int seconds,
      int window)
      throws Exception {
    LongAdder acknowledged = new LongAdder();
    List<TestClient> connected = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      String user = "user" + i;
      TestClient client =
          new TestClient(Way.MQTT_5_TCP, user, user + ":d", broker.tcp().port()).connect();
      client.subscribe("/root/client/" + user);
      connected.add(client);
    }
    long end = System.nanoTime() + Duration.ofSeconds(seconds + 5L).toNanos();
    String payload = "x".repeat(200);
    for (int i = 0; i < clients; i++) {
      TestClient client = connected.get(i);
      String topic = "/root/server/user" + i;
      Semaphore free = new Semaphore(window);
      Thread.ofVirtual()
          .start(
              () -> {
                while (System.nanoTime() < end) {
                  free.acquireUninterruptibly();
                  client
                      .publish(topic, payload, 1)
                      .whenComplete(
                          (done, failure) -> {
                            free.release();
                            acknowledged.increment();
                          });
                }
              });
    }
    TimeUnit.SECONDS.sleep(5);
    long before = acknowledged.sum();
    long receivedBefore = connected.stream().mapToLong(client -> client.received.size()).sum();
    long cpuBefore = cpu();
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    double elapsed = (System.nanoTime() - start) / 1e9;
    long sent = acknowledged.sum() - before;
    long received =
        connected.stream().mapToLong(client -> client.received.size()).sum() - receivedBefore;
    long cpu = cpu() - cpuBefore;
    report.printf(
        "%s: %.0f acknowledged/s, %.0f answers/s, %.0f us CPU a message (all), %.2f cores%n",
        String.join(" ", arguments),
        sent / elapsed,
        received / elapsed,
        cpu / 1e3 / Math.max(1, sent),
        cpu / 1e9 / elapsed);
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static LinkContext context(int port) {
    return new LinkContext(
        new MqttLinkProperties(
            "127.0.0.1",
            port,
            "service",
            "good",
            "measure",
            "1",
            MqttLinkProperties.Version.MQTT_5,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            new MqttLinkProperties.Tls(false, ""),
            new MqttLinkProperties.Reconnect(Duration.ofMillis(20), Duration.ofMillis(200)),
            new MqttLinkProperties.Inbound(
                System.getProperty("group", "hongyan"), 1_000, Duration.ofMinutes(10)),
            new MqttLinkProperties.Publish(20_000)),
        TlsMaterial.OF_THE_JDK,
        new SimpleMeterRegistry(),
        InstantSource.system(),
        RandomGenerator.getDefault());
  }
}
