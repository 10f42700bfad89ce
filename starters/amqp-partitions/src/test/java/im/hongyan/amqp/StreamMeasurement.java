package im.hongyan.amqp;

import im.hongyan.amqp.Streams.Letter;
import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.amqp.EmbeddedAmqpOptions;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.unit.DataSize;

/**
 * Measures events of 500 bytes through one stream, published, confirmed, consumed and acknowledged.
 * Arguments: "memory", "folder" or an AMQP address.
 */
final class StreamMeasurement {
  private static final String TEXT = "x".repeat(450);

  private StreamMeasurement() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("stream-measurement");
    EmbeddedAmqp broker =
        switch (args[0]) {
          case "memory" -> EmbeddedAmqp.start(EmbeddedAmqpOptions.inMemory());
          case "folder" -> EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(folder));
          default -> null;
        };
    URI uri = broker == null ? URI.create(args[0]) : broker.uri();
    run("warm-up", uri, 8, 2, 64, 60_000);
    if (args.length > 1) {
      run("one", uri, 8, 2, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
      run("again", uri, 8, 2, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    }
    for (int messagesInFlight : args.length > 1 ? new int[0] : new int[] {1, 2, 4}) {
      for (int partitions : new int[] {2, 8}) {
        run("closed loop", uri, partitions, messagesInFlight, 1, 1_500);
        run("closed loop", uri, partitions, messagesInFlight, 64, 40_000);
        run("closed loop", uri, partitions, messagesInFlight, 1_000, 100_000);
      }
    }
    if (broker != null) {
      broker.close();
    }
  }

  /** Each publisher publishes its next event once the last one is confirmed. */
  private static void run(
      String name, URI uri, int partitions, int messagesInFlight, int publishers, int total)
      throws Exception {
    AmqpProperties properties =
        new AmqpProperties(
            partitions,
            true,
            10_000,
            DataSize.ofMegabytes(32),
            messagesInFlight,
            256,
            DataSize.ofKilobytes(64),
            Duration.ofSeconds(10),
            32,
            Duration.ofMillis(50),
            500,
            DataSize.ofMegabytes(1),
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            5,
            Duration.ofSeconds(2));
    String stream = "measured" + partitions;
    try (Streams streams = new Streams(uri, properties)) {
      CountDownLatch consumed = new CountDownLatch(total);
      streams.factory.start();
      StreamConsumer consumer =
          streams.factory.consumer(
              stream,
              Streams.CODEC,
              (partition, events) -> events.forEach(event -> consumed.countDown()));
      StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
      publisher.publish("warm", new Letter("warm", 0, TEXT)).get(10, TimeUnit.SECONDS);
      while (!consumer.isUp()) {
        Thread.onSpinWait();
      }
      long[] latencies = new long[total];
      AtomicInteger next = new AtomicInteger();
      long cpu = cpu();
      long start = System.nanoTime();
      List<Thread> threads = new ArrayList<>();
      for (int p = 0; p < publishers; p++) {
        String key = "user-" + p;
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int i = next.getAndIncrement(); i < total; i = next.getAndIncrement()) {
                        long sent = System.nanoTime();
                        publisher.publish(key, new Letter(key, i, TEXT)).join();
                        latencies[i] = System.nanoTime() - sent;
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      long confirmed = System.nanoTime() - start;
      if (!consumed.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(consumed.getCount() + " events did not arrive");
      }
      long done = System.nanoTime() - start;
      Arrays.sort(latencies);
      System.out.printf(
          "%-12s partitions=%d k=%d publishers=%4d  confirmed/s=%7.0f  consumed/s=%7.0f  confirm ms p50=%.2f p99=%.2f  cpu us/event=%.1f (broker included)%n",
          name,
          partitions,
          messagesInFlight,
          publishers,
          total * 1e9 / confirmed,
          total * 1e9 / done,
          latencies[total / 2] / 1e6,
          latencies[(int) (total * 0.99)] / 1e6,
          (cpu() - cpu) / 1e3 / total);
    }
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
