package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.bson.Document;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random writes and queries, against a map that knows nothing of indexes. The seed is in every
 * failure's message.
 */
class ModelTest {
  private static final int STEPS = 250;
  private static final int QUERIES_BETWEEN_RESTARTS = 100;

  @TempDir Path folder;

  private final TreeMap<Integer, Document> model = new TreeMap<>();
  private Random random = new Random();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 0})
  void indexedStoreAnswersLikeAPlainMap(long fixedSeed) {
    long seed = fixedSeed == 0 ? System.nanoTime() : fixedSeed;
    random = new Random(seed);
    StoreFixture store = StoreFixture.in(folder);
    try {
      MongoCollection<Document> things = store.collection("things");
      things.createIndex(Indexes.ascending("owner", "seq"), new IndexOptions().unique(true));
      things.createIndex(Indexes.ascending("owner", "status", "seq"));
      things.createIndex(Indexes.ascending("members"));
      things.createIndex(Indexes.ascending("connections.id"));
      things.createIndex(Indexes.descending("at"));
      things.createIndex(
          Indexes.compoundIndex(Indexes.ascending("members"), Indexes.descending("at")));
      for (int step = 1; step <= STEPS; step++) {
        String where = "seed " + seed + ", step " + step;
        write(things, where);
        query(things, where);
        if (step % QUERIES_BETWEEN_RESTARTS == 0) {
          store.close();
          store = StoreFixture.in(folder);
          things = store.collection("things");
        }
      }
      assertThat(things.countDocuments()).as("seed " + seed).isEqualTo(model.size());
    } finally {
      store.close();
    }
  }

  private void write(MongoCollection<Document> things, String where) {
    int id = random.nextInt(150);
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> {
        Document fresh = randomThing(id);
        boolean collides = model.containsKey(id) || ownerAndSeqTaken(fresh, id);
        try {
          things.insertOne(fresh);
          assertThat(collides).as(where + ": insert of " + fresh).isFalse();
          model.put(id, fresh);
        } catch (MongoWriteException e) {
          assertThat(e.getCode()).as(where).isEqualTo(11000);
          assertThat(collides).as(where + ": refused insert of " + fresh).isTrue();
        }
      }
      case 3 -> {
        Document fresh = randomThing(id);
        boolean collides = model.containsKey(id) && ownerAndSeqTaken(fresh, id);
        try {
          long matched = things.replaceOne(new Document("_id", id), fresh).getMatchedCount();
          assertThat(matched).as(where).isEqualTo(model.containsKey(id) ? 1 : 0);
          assertThat(collides).as(where + ": replacement with " + fresh).isFalse();
          model.computeIfPresent(id, (key, old) -> fresh);
        } catch (MongoWriteException e) {
          assertThat(e.getCode()).as(where).isEqualTo(11000);
          assertThat(collides).as(where + ": refused replacement with " + fresh).isTrue();
        }
      }
      case 4 -> {
        Object member = member();
        String owner = owner();
        things.updateMany(
            new Document("owner", owner).append("_id", new Document("$lt", id)),
            new Document("$addToSet", new Document("members", member)));
        model.headMap(id).values().stream()
            .filter(document -> document.get("owner").equals(owner))
            .filter(document -> !list(document, "members").contains(member))
            .forEach(document -> list(document, "members").add(member));
      }
      case 5 -> {
        Object member = member();
        long touched =
            things
                .updateMany(
                    new Document("members", member),
                    new Document("$pull", new Document("members", member))
                        .append("$inc", new Document("status", 1)))
                .getMatchedCount();
        long expected =
            model.values().stream().filter(d -> list(d, "members").contains(member)).count();
        assertThat(touched).as(where).isEqualTo(expected);
        model
            .values()
            .forEach(
                document -> {
                  List<Object> members = list(document, "members");
                  if (members.remove(member)) {
                    members.removeIf(member::equals);
                    document.put("status", document.getInteger("status") + 1);
                  }
                });
      }
      case 6 -> {
        Document connection = new Document("id", random.nextInt(9));
        Document found =
            things.findOneAndUpdate(
                new Document("_id", id),
                new Document("$push", new Document("connections", connection)));
        assertThat(found).as(where).isEqualTo(model.get(id));
        if (model.containsKey(id)) {
          list(model.get(id), "connections").add(connection);
        }
      }
      default -> {
        long deleted = things.deleteOne(new Document("_id", id)).getDeletedCount();
        assertThat(deleted).as(where).isEqualTo(model.remove(id) == null ? 0 : 1);
      }
    }
  }

  private void query(MongoCollection<Document> things, String where) {
    Document filter = new Document();
    List<Predicate<Document>> checks = new ArrayList<>();
    if (random.nextInt(3) > 0) {
      String owner = owner();
      filter.append("owner", owner);
      checks.add(d -> owner.equals(d.get("owner")));
    }
    if (random.nextInt(3) == 0) {
      List<Integer> wanted = List.of(random.nextInt(3), random.nextInt(3));
      filter.append("status", new Document("$in", wanted));
      checks.add(d -> wanted.contains(d.getInteger("status")));
    }
    if (random.nextInt(2) == 0) {
      range(filter, checks, "seq", random.nextInt(40), random.nextInt(40));
    }
    if (random.nextInt(4) == 0) {
      Object member = member();
      filter.append("members", member);
      checks.add(d -> list(d, "members").contains(member));
    }
    if (random.nextInt(5) == 0) {
      int connection = random.nextInt(9);
      filter.append("connections.id", connection);
      checks.add(
          d ->
              list(d, "connections").stream()
                  .anyMatch(c -> Integer.valueOf(connection).equals(((Document) c).get("id"))));
    }
    if (random.nextInt(5) == 0) {
      Date least = new Date(random.nextInt(1_000));
      filter.append("at", new Document("$lt", least));
      checks.add(d -> d.get("at") instanceof Date at && at.before(least));
    }
    String sortField = List.of("seq", "at", "_id", "status").get(random.nextInt(4));
    int direction = random.nextBoolean() ? 1 : -1;
    int skip = random.nextInt(3) == 0 ? random.nextInt(10) : 0;
    int limit = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(20);

    List<Document> matching =
        model.values().stream()
            .filter(checks.stream().reduce(d -> true, Predicate::and))
            .sorted(bySortField(sortField, direction))
            .toList();
    List<Document> expected =
        matching.stream().skip(skip).limit(limit == 0 ? Long.MAX_VALUE : limit).toList();
    List<Document> found =
        things
            .find(filter)
            .sort(new Document(sortField, direction))
            .skip(skip)
            .limit(limit)
            .into(new ArrayList<>());
    String what =
        "%s: %s sort %s %d skip %d limit %d"
            .formatted(where, filter, sortField, direction, skip, limit);
    // Documents that sort alike may come in any order.
    assertThat(found.stream().map(d -> d.get(sortField)).toList())
        .as(what)
        .isEqualTo(expected.stream().map(d -> d.get(sortField)).toList());
    assertThat(Set.copyOf(matching).containsAll(found)).as(what).isTrue();
    assertThat(Set.copyOf(found)).as(what).hasSameSizeAs(found);
    assertThat(things.countDocuments(filter)).as(what).isEqualTo(matching.size());
    List<Document> all = things.find(filter).into(new ArrayList<>());
    assertThat(all).as(what).hasSameSizeAs(matching);
    assertThat(Set.copyOf(all)).as(what).isEqualTo(Set.copyOf(matching));
  }

  private void range(
      Document filter, List<Predicate<Document>> checks, String field, int low, int high) {
    Document bounds = new Document();
    switch (random.nextInt(4)) {
      case 0 -> {
        bounds.append("$gt", low);
        checks.add(d -> d.getInteger(field) > low);
      }
      case 1 -> {
        bounds.append("$lte", (double) high);
        checks.add(d -> d.getInteger(field) <= high);
      }
      case 2 -> {
        bounds.append("$gte", (long) low).append("$lt", high);
        checks.add(d -> d.getInteger(field) >= low && d.getInteger(field) < high);
      }
      default -> {
        bounds.append("$lt", high);
        checks.add(d -> d.getInteger(field) < high);
      }
    }
    filter.append(field, bounds);
  }

  private static Comparator<Document> bySortField(String field, int direction) {
    Comparator<Document> ascending =
        (a, b) -> {
          Object left = a.get(field);
          Object right = b.get(field);
          if (left == null || right == null) {
            return Boolean.compare(left != null, right != null);
          }
          return left instanceof Date date
              ? date.compareTo((Date) right)
              : ((Integer) left).compareTo((Integer) right);
        };
    return direction > 0 ? ascending : ascending.reversed();
  }

  private boolean ownerAndSeqTaken(Document fresh, int ownId) {
    return model.values().stream()
        .anyMatch(
            other ->
                other.getInteger("_id") != ownId
                    && other.get("owner").equals(fresh.get("owner"))
                    && other.get("seq").equals(fresh.get("seq")));
  }

  private Document randomThing(int id) {
    List<Object> members = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Object member = member();
      if (!members.contains(member)) {
        members.add(member);
      }
    }
    List<Object> connections = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      connections.add(new Document("id", random.nextInt(9)).append("device", "d" + i));
    }
    Document thing =
        new Document("_id", id)
            .append("owner", owner())
            .append("seq", random.nextInt(40))
            .append("status", random.nextInt(3))
            .append("members", members)
            .append("connections", connections);
    if (random.nextInt(6) > 0) {
      thing.append("at", new Date(random.nextInt(1_000)));
    }
    return thing;
  }

  private String owner() {
    return Arrays.asList("a", "ab", "b\u00e9", "\u9e3f").get(random.nextInt(4));
  }

  private Object member() {
    return "m" + random.nextInt(6);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Document document, String field) {
    return (List<Object>) document.get(field);
  }
}
