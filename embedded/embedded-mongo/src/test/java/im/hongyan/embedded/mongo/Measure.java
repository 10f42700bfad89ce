package im.hongyan.embedded.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.Document;

/**
 * Measures a store on disk through the driver; run by hand, not a test. Arguments: how many
 * documents to insert, and {@code chat} to measure chat messages only.
 */
final class Measure {
  private static final int BATCH = 100;
  private static final int CHATS = 6;
  private static final String TEXT = "x".repeat(200);
  private static final AtomicLong NEXT = new AtomicLong();

  private Measure() {}

  public static void main(String[] args) throws Exception {
    int large = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    Path folder = Files.createTempDirectory("measure");
    try (EmbeddedMongo mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(folder));
        MongoClient client = MongoClients.create(mongo.connectionString())) {
      MongoCollection<Document> messages = client.getDatabase("m").getCollection("messagesend");
      messages.createIndex(Indexes.ascending("receiver", "seq"), new IndexOptions().unique(true));
      messages.createIndex(Indexes.ascending("receiver", "status", "seq"));
      messages.createIndex(Indexes.ascending("recvId"));
      insertBatches(messages, 5_000, "warm up: ");
      if (args.length > 1) {
        while (NEXT.get() < large) {
          insertBatches(messages, 50_000, "");
        }
        for (int i = 0; i < CHATS; i++) {
          chat(messages);
        }
      } else {
        everything(messages, large);
      }
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          System.out.printf("%s %.1f MB%n", file.getFileName(), Files.size(file) / 1e6);
        }
      }
    }
    long start = System.nanoTime();
    EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(folder)).close();
    System.out.printf("open and close: %d ms%n", (System.nanoTime() - start) / 1_000_000);
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  private static void everything(MongoCollection<Document> messages, int large) throws Exception {
    for (int writers : new int[] {1, 8, 32}) {
      singles(messages, writers);
    }
    reads(messages);
    while (NEXT.get() < large) {
      insertBatches(messages, 50_000, "");
    }
    reads(messages);
    chat(messages);
    chat(messages);
    updates(messages);
    updatesOneByOne(messages);
    deletes(messages);
  }

  private static Document message(long n) {
    return new Document("_id", Long.toHexString(n * 0x9E3779B97F4A7C15L) + "/" + n)
        .append("recvId", "r" + n / 2)
        .append("session", "s" + n % 200)
        .append("receiver", "u" + n % 200)
        .append("seq", n / 200)
        .append("status", 0)
        .append("content", new Document("type", "text").append("text", TEXT))
        .append("createdAt", new java.util.Date());
  }

  private static void insertBatches(MongoCollection<Document> messages, int count, String label) {
    report(
        label + "insert, batches of 100",
        count,
        () -> {
          for (int i = 0; i < count / BATCH; i++) {
            List<Document> batch = new ArrayList<>();
            for (int j = 0; j < BATCH; j++) {
              batch.add(message(NEXT.getAndIncrement()));
            }
            messages.insertMany(batch, new InsertManyOptions().ordered(false));
          }
        });
  }

  private static void singles(MongoCollection<Document> messages, int writers) throws Exception {
    int each = writers == 1 ? 1_000 : 8_000 / writers;
    report(
        "insert one, " + writers + " writers",
        each * writers,
        () -> {
          try (ExecutorService pool = Executors.newFixedThreadPool(writers)) {
            for (int w = 0; w < writers; w++) {
              pool.execute(
                  () -> {
                    for (int i = 0; i < each; i++) {
                      messages.insertOne(message(NEXT.getAndIncrement()));
                    }
                  });
            }
            pool.shutdown();
            if (!pool.awaitTermination(5, TimeUnit.MINUTES)) {
              throw new IllegalStateException("too slow");
            }
          }
        });
  }

  private static void reads(MongoCollection<Document> messages) {
    String at = " at " + NEXT.get();
    int pages = 1_000;
    report(
        "page of 50" + at,
        pages,
        () -> {
          for (int i = 0; i < pages; i++) {
            messages
                .find(Filters.and(Filters.eq("receiver", "u" + i % 200), Filters.lt("seq", 60L)))
                .sort(Sorts.descending("seq"))
                .limit(50)
                .into(new ArrayList<>());
          }
        });
    report(
        "backlog of 100" + at,
        pages,
        () -> {
          for (int i = 0; i < pages; i++) {
            messages
                .find(
                    Filters.and(
                        Filters.eq("receiver", "u" + i % 200),
                        Filters.in("status", 0, 2),
                        Filters.gt("seq", 3L)))
                .sort(Sorts.ascending("seq"))
                .limit(100)
                .into(new ArrayList<>());
          }
        });
    report(
        "last one" + at,
        pages,
        () -> {
          for (int i = 0; i < pages; i++) {
            messages
                .find(Filters.eq("receiver", "u" + i % 200))
                .sort(Sorts.descending("seq"))
                .limit(1)
                .first();
          }
        });
  }

  /** What chat messages cost: small batches of many partitions, and their acknowledgement. */
  private static void chat(MongoCollection<Document> messages) {
    int writers = 8;
    int rounds = 400;
    int size = 8;
    report(
        "chat: insert 8, then mark them delivered",
        writers * rounds * size,
        () -> {
          try (ExecutorService pool = Executors.newFixedThreadPool(writers)) {
            for (int w = 0; w < writers; w++) {
              pool.execute(
                  () -> {
                    for (int i = 0; i < rounds; i++) {
                      List<Document> batch = new ArrayList<>();
                      for (int j = 0; j < size; j++) {
                        batch.add(message(NEXT.getAndIncrement()));
                      }
                      messages.insertMany(batch);
                      messages.updateMany(
                          Filters.and(
                              Filters.in("_id", batch.stream().map(d -> d.get("_id")).toList()),
                              Filters.in("status", 0, 2)),
                          Updates.combine(
                              Updates.set("status", 1), Updates.currentDate("updatedAt")));
                    }
                  });
            }
            pool.shutdown();
            if (!pool.awaitTermination(5, TimeUnit.MINUTES)) {
              throw new IllegalStateException("too slow");
            }
          }
        });
  }

  private static void updates(MongoCollection<Document> messages) {
    int count = 20_000;
    report(
        "update by _id $in of 100",
        count,
        () -> {
          for (int i = 0; i < count; i += BATCH) {
            List<String> ids =
                IntStream.range(i, i + BATCH).mapToObj(n -> message(n).getString("_id")).toList();
            messages.updateMany(
                Filters.in("_id", ids),
                Updates.combine(Updates.set("status", 1), Updates.inc("retry", 1)));
          }
        });
  }

  private static void updatesOneByOne(MongoCollection<Document> messages) {
    int count = 1_000;
    report(
        "update one by _id, 1 writer",
        count,
        () -> {
          for (int i = 0; i < count; i++) {
            messages.updateOne(
                Filters.eq("_id", message(i).getString("_id")), Updates.set("status", 2));
          }
        });
  }

  private static void deletes(MongoCollection<Document> messages) {
    int count = 5_000;
    report(
        "delete by _id $in of 100",
        count,
        () -> {
          for (int i = 0; i < count; i += BATCH) {
            messages.deleteMany(
                Filters.in(
                    "_id",
                    IntStream.range(i, i + BATCH)
                        .mapToObj(n -> message(n).getString("_id"))
                        .toList()));
          }
        });
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void report(String what, int count, Work work) {
    long cpu = storeCpu();
    long start = System.nanoTime();
    try {
      work.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%-40s %8.0f/s  %7.3f ms each  %7.1f us CPU of the store each%n",
        what, count / seconds, seconds * 1000 / count, (storeCpu() - cpu) / 1e3 / count);
  }

  /** What the store's own threads have used so far, in ns; the driver's are not among them. */
  private static long storeCpu() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpu = 0;
    for (long id : threads.getAllThreadIds()) {
      ThreadInfo thread = threads.getThreadInfo(id);
      if (thread != null
          && (thread.getThreadName().startsWith("embedded-mongo")
              || thread.getThreadName().startsWith("MVStore")
              || thread.getThreadName().startsWith("H2"))) {
        cpu += threads.getThreadCpuTime(id);
      }
    }
    return cpu;
  }
}
