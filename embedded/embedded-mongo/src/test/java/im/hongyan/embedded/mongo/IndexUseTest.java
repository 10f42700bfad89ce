package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queries that the services live on read no more documents than they need. */
class IndexUseTest {
  private static final int DOCUMENTS = 3_000;
  private static final int RECEIVERS = 10;

  @TempDir Path folder;

  @Test
  void queriesReadOnlyWhatTheyReturnAlsoAfterARestart() {
    try (StoreFixture store = StoreFixture.in(folder)) {
      fill(store.collection("out"));
      assertAllIndexed(store);
    }
    try (StoreFixture store = StoreFixture.in(folder)) {
      assertAllIndexed(store);
      assertThat(store.collection("out").listIndexes().into(new ArrayList<>()))
          .extracting(index -> index.getString("name"))
          .containsExactlyInAnyOrder(
              "_id_",
              "receiver_1_seq_1",
              "receiver_1_status_1_seq_1",
              "recvId_1",
              "members_1",
              "connections.id_1",
              "at_1");
    }
  }

  @Test
  void indexOnExistingDocumentsIsBuiltAndUsed() {
    try (StoreFixture store = StoreFixture.in(folder)) {
      MongoCollection<Document> out = store.collection("out");
      List<Document> all = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        all.add(new Document("_id", i).append("group", i % 50));
      }
      out.insertMany(all);
      out.createIndex(Indexes.ascending("group"));
      assertReads(store, out.find(new Document("group", 7)), 10, 10);
    }
    try (StoreFixture store = StoreFixture.in(folder)) {
      assertReads(store, store.collection("out").find(new Document("group", 7)), 10, 10);
    }
  }

  @Test
  void droppedIndexIsGoneForGood() {
    try (StoreFixture store = StoreFixture.in(folder)) {
      MongoCollection<Document> out = store.collection("out");
      out.createIndex(Indexes.ascending("group"), new IndexOptions().unique(true));
      out.insertOne(new Document("_id", 1).append("group", 1));
      out.dropIndex("group_1");
      out.insertOne(new Document("_id", 2).append("group", 1));
    }
    try (StoreFixture store = StoreFixture.in(folder)) {
      MongoCollection<Document> out = store.collection("out");
      out.insertOne(new Document("_id", 3).append("group", 1));
      out.createIndex(Indexes.ascending("group"));
      assertReads(store, out.find(new Document("group", 1)), 3, 3);
    }
  }

  @Test
  void anArrayThatGrowsElementByElementIsFoundByEachBoundAndOnlyOnce() {
    try (StoreFixture store = StoreFixture.inMemory()) {
      MongoCollection<Document> out = store.collection("out");
      out.createIndex(Indexes.ascending("tags"));
      out.insertOne(new Document("_id", 1).append("tags", List.of("a")));
      out.updateOne(Filters.eq("_id", 1), Updates.push("tags", "z"));

      assertThat(out.find(Filters.and(Filters.gt("tags", "m"), Filters.lt("tags", "n"))))
          .as("one element is above m, another one below n")
          .hasSize(1);
      assertThat(out.find(Filters.in("tags", "a", "z"))).hasSize(1);
    }
  }

  @Test
  void updateOfOneReadsOne() {
    try (StoreFixture store = StoreFixture.inMemory()) {
      fill(store.collection("out"));
      long examined =
          store.examinedBy(
              "out",
              () ->
                  store
                      .collection("out")
                      .updateOne(
                          new Document("receiver", "u1"),
                          new Document("$set", new Document("status", 9))));
      assertThat(examined).isEqualTo(1);
    }
  }

  private static void fill(MongoCollection<Document> out) {
    out.createIndex(Indexes.ascending("receiver", "seq"), new IndexOptions().unique(true));
    out.createIndex(Indexes.ascending("receiver", "status", "seq"));
    out.createIndex(Indexes.ascending("recvId"));
    out.createIndex(Indexes.ascending("members"));
    out.createIndex(Indexes.ascending("connections.id"));
    out.createIndex(Indexes.ascending("at"));
    List<Document> all = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      all.add(
          new Document("_id", "u" + i % RECEIVERS + "/" + i / RECEIVERS)
              .append("receiver", "u" + i % RECEIVERS)
              .append("seq", (long) (i / RECEIVERS))
              .append("status", i / RECEIVERS % 3)
              .append("recvId", "r" + i / 3)
              .append("members", List.of("m" + i, "m" + (i + 1)))
              .append("connections", List.of(new Document("id", "c" + i)))
              .append("at", new Date(i)));
    }
    out.insertMany(all);
  }

  private static void assertAllIndexed(StoreFixture store) {
    MongoCollection<Document> out = store.collection("out");
    Document newestFirst = new Document("seq", -1);
    Document oldestFirst = new Document("seq", 1);
    assertReads(store, out.find(new Document("_id", "u1/7")), 1, 1);
    assertReads(
        store,
        out.find(new Document("_id", new Document("$in", List.of("u1/7", "u2/8", "x")))),
        2,
        2);
    List<Document> page =
        assertReads(
            store,
            out.find(new Document("receiver", "u1").append("seq", new Document("$lt", 200)))
                .sort(newestFirst)
                .limit(50),
            50,
            51);
    assertThat(page.getFirst().getLong("seq")).isEqualTo(199);
    assertThat(page.getLast().getLong("seq")).isEqualTo(150);
    List<Document> last =
        assertReads(
            store, out.find(new Document("receiver", "u1")).sort(newestFirst).limit(1), 1, 1);
    assertThat(last.getFirst().getLong("seq")).isEqualTo(DOCUMENTS / RECEIVERS - 1);
    assertReads(
        store,
        out.find(new Document("receiver", "u1").append("seq", new Document("$gt", 100)))
            .sort(oldestFirst)
            .limit(50),
        50,
        51);
    List<Document> backlog =
        assertReads(
            store,
            out.find(
                    new Document("receiver", "u1")
                        .append("status", new Document("$in", List.of(0, 2)))
                        .append("seq", new Document("$gt", 29)))
                .sort(oldestFirst)
                .limit(100),
            100,
            102);
    assertThat(backlog.get(0).getLong("seq")).isEqualTo(30);
    assertThat(backlog.get(1).getLong("seq")).isEqualTo(32);
    assertThat(backlog.get(2).getLong("seq")).isEqualTo(33);
    assertReads(
        store,
        out.find(
                new Document("receiver", "u1")
                    .append("status", 0)
                    .append("seq", new Document("$gt", 30)))
            .sort(oldestFirst)
            .limit(20),
        20,
        21);
    assertReads(store, out.find(new Document("recvId", "r9")), 3, 3);
    assertReads(store, out.find(new Document("members", "m9")), 2, 2);
    assertReads(store, out.find(new Document("connections.id", "c9")), 1, 1);
    assertReads(store, out.find(new Document("at", new Document("$lt", new Date(20)))), 20, 21);
    assertReads(store, out.find().sort(new Document("at", -1)).limit(3), 3, 3);
    assertReads(store, out.find(new Document("receiver", new Document("$in", List.of()))), 0, 0);
  }

  private static List<Document> assertReads(
      StoreFixture store, FindIterable<Document> query, int found, int mostExamined) {
    List<Document> result = new ArrayList<>();
    long examined = store.examinedBy("out", () -> query.into(result));
    assertThat(result).hasSize(found);
    assertThat(examined).isLessThanOrEqualTo(mostExamined);
    return result;
  }
}
