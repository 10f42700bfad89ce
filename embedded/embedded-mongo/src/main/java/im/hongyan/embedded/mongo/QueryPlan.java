package im.hongyan.embedded.mongo;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.RootReference;
import org.jspecify.annotations.Nullable;

/**
 * How an index serves a query: ranges of keys that together hold every match. What they hold
 * besides is left to the query's matcher, so a plan may be coarse but must not miss anything.
 *
 * @param index the index that is read
 * @param ranges the parts of it that are read
 * @param ordered whether reading gives the order that was asked for
 * @param backwards whether it is read from the end
 * @param merged whether the ranges have to be merged to give that order, by what follows their
 *     prefixes; otherwise one after the other does
 * @param score how much the index narrows the query
 */
record QueryPlan(
    OrderedIndex index,
    List<Range> ranges,
    boolean ordered,
    boolean backwards,
    boolean merged,
    int score) {
  /** More points than this are not looked up one by one, except of a single-field index. */
  private static final int MAX_POINTS = 1_000;

  private static final int SCORE_OF_EQUALITY = 4;
  private static final int SCORE_OF_RANGE = 2;
  private static final int SCORE_OF_ORDER = 1;
  private static final int SCORE_OF_UNIQUE = 100;

  /** Keys from {@code from} to {@code to}, both included, that begin alike. */
  static final class Range {
    private final byte[] from;
    private final byte[] to;
    private final int prefixLength;

    private Range(byte[] from, byte[] to, int prefixLength) {
      this.from = from;
      this.to = to;
      this.prefixLength = prefixLength;
    }
  }

  /** What a query demands of one field. */
  private static final class Demand {
    private @Nullable List<byte[]> points;
    private byte @Nullable [] low;
    private byte @Nullable [] high;

    void isOneOf(Collection<?> values) {
      if (points != null || !values.stream().allMatch(QueryPlan::isPoint)) {
        return;
      }
      TreeSet<byte[]> encoded = new TreeSet<>(Arrays::compareUnsigned);
      values.forEach(value -> encoded.add(KeyEncoding.of(value)));
      points = List.copyOf(encoded);
    }

    void isAtLeast(@Nullable Object value) {
      if (isRangeOperand(value)) {
        low = KeyEncoding.of(value);
      }
    }

    void isAtMost(@Nullable Object value) {
      if (isRangeOperand(value)) {
        high = KeyEncoding.of(value);
      }
    }

    private static boolean isRangeOperand(@Nullable Object value) {
      return KeyEncoding.isRangeOperand(value) && !(value instanceof Decimal128);
    }
  }

  /** The best plan, or null when no index is better than reading everything. */
  static @Nullable QueryPlan best(
      Collection<OrderedIndex> indexes, Document query, @Nullable Document order) {
    Map<String, Demand> demands = new HashMap<>();
    collect(query, demands);
    if (demands.isEmpty() && (order == null || order.isEmpty())) {
      return null;
    }
    QueryPlan best = null;
    for (OrderedIndex index : indexes) {
      QueryPlan plan = of(index, demands, order);
      if (plan.score > 0 && (best == null || plan.score > best.score)) {
        best = plan;
      }
    }
    return best;
  }

  private static void collect(Document query, Map<String, Demand> demands) {
    query.forEach(
        (field, condition) -> {
          if (field.equals("$and") && condition instanceof Collection<?> clauses) {
            for (Object clause : clauses) {
              if (clause instanceof Document document) {
                collect(document, demands);
              }
            }
          } else if (!field.startsWith("$")) {
            collect(demands.computeIfAbsent(field, f -> new Demand()), condition);
          }
        });
    demands.values().removeIf(d -> d.points == null && d.low == null && d.high == null);
  }

  private static void collect(Demand demand, @Nullable Object condition) {
    if (condition instanceof Document operators && hasOperators(operators)) {
      operators.forEach(
          (operator, operand) -> {
            switch (operator) {
              case "$eq" -> demand.isOneOf(Arrays.asList(operand));
              case "$in" -> {
                if (operand instanceof Collection<?> values) {
                  demand.isOneOf(values);
                }
              }
              case "$gt", "$gte" -> demand.isAtLeast(operand);
              case "$lt", "$lte" -> demand.isAtMost(operand);
              default -> {
                // The matcher checks it.
              }
            }
          });
    } else {
      demand.isOneOf(Arrays.asList(condition));
    }
  }

  private static boolean hasOperators(Document document) {
    return document.keySet().stream().anyMatch(key -> key.startsWith("$"));
  }

  /** Whether equality with this value means equal keys, also for elements of arrays. */
  private static boolean isPoint(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Missing ignored -> false;
      case Decimal128 ignored -> false;
      case BsonRegularExpression ignored -> false;
      case BinData ignored -> true;
      case Document document -> isPlain(document);
      default -> KeyEncoding.isRangeOperand(value);
    };
  }

  /** An embedded document that is compared as a whole: without operators, nulls and arrays. */
  private static boolean isPlain(Document document) {
    return !document.isEmpty()
        && !hasOperators(document)
        && document.values().stream().allMatch(QueryPlan::isPoint);
  }

  private static QueryPlan of(
      OrderedIndex index, Map<String, Demand> demands, @Nullable Document order) {
    List<String> fields = index.fields();
    boolean multikey = index.multikey();
    int points = 0;
    Set<String> constant = new HashSet<>();
    List<byte[]> prefixes = List.of(new byte[0]);
    for (String field : fields) {
      Demand demand = demands.get(field);
      if (demand == null || demand.points == null) {
        break;
      }
      List<byte[]> values = demand.points;
      if (fields.size() > 1 && (long) prefixes.size() * values.size() > MAX_POINTS) {
        break;
      }
      prefixes = crossed(prefixes, values);
      points++;
      if (values.size() == 1) {
        constant.add(field);
      }
    }
    Demand next = points < fields.size() ? demands.get(fields.get(points)) : null;
    List<Range> ranges = new ArrayList<>(prefixes.size());
    boolean narrowed = next != null && (next.low != null || next.high != null);
    for (byte[] prefix : prefixes) {
      ranges.add(narrowed && next != null ? range(prefix, next, multikey) : range(prefix));
    }
    int score = points * SCORE_OF_EQUALITY + (narrowed ? SCORE_OF_RANGE : 0);
    if (index.isUnique() && points == fields.size()) {
      score += SCORE_OF_UNIQUE;
    }
    List<String> wanted = new ArrayList<>();
    int direction = direction(order, constant, wanted);
    if (order == null || order.isEmpty() || (wanted.isEmpty() && !multikey)) {
      return new QueryPlan(index, ranges, true, false, false, score);
    }
    if (multikey || direction == 0) {
      return new QueryPlan(index, ranges, false, false, false, score);
    }
    List<String> asRead = new ArrayList<>(fields);
    asRead.removeAll(constant);
    boolean backwards = direction < 0;
    if (startsWith(asRead, wanted)) {
      return new QueryPlan(index, ranges, true, backwards, false, score + SCORE_OF_ORDER);
    }
    if (startsWith(fields.subList(points, fields.size()), wanted)) {
      return new QueryPlan(index, ranges, true, backwards, true, score + SCORE_OF_ORDER);
    }
    return new QueryPlan(index, ranges, false, false, false, score);
  }

  private static boolean startsWith(List<String> fields, List<String> wanted) {
    return wanted.size() <= fields.size() && fields.subList(0, wanted.size()).equals(wanted);
  }

  /**
   * Fills in the fields whose order is asked for; 1 or -1 when all have that direction, 0 when they
   * differ or are no fields.
   */
  private static int direction(
      @Nullable Document order, Set<String> constant, List<String> wanted) {
    if (order == null) {
      return 0;
    }
    int direction = 0;
    boolean mixed = false;
    for (Map.Entry<String, Object> entry : order.entrySet()) {
      if (entry.getKey().startsWith("$") || !(entry.getValue() instanceof Number number)) {
        wanted.add(entry.getKey());
        return 0;
      }
      if (constant.contains(entry.getKey())) {
        continue;
      }
      wanted.add(entry.getKey());
      int own = number.intValue() > 0 ? 1 : -1;
      mixed |= direction != 0 && direction != own;
      direction = own;
    }
    return mixed ? 0 : direction;
  }

  private static List<byte[]> crossed(List<byte[]> prefixes, List<byte[]> values) {
    List<byte[]> crossed = new ArrayList<>(prefixes.size() * values.size());
    for (byte[] prefix : prefixes) {
      for (byte[] value : values) {
        crossed.add(joined(prefix, value));
      }
    }
    return crossed;
  }

  private static Range range(byte[] prefix) {
    byte[] to = new KeyEncoding().bytes(prefix).oneByte(KeyEncoding.AFTER_ALL).toBytes();
    // Before every value is only the mark of an index with arrays.
    byte[] from = prefix.length == 0 ? new byte[] {1} : prefix;
    return new Range(from, to, prefix.length);
  }

  /** Of an array two different elements may fulfil the two bounds, so one bound has to do. */
  private static Range range(byte[] prefix, Demand demand, boolean multikey) {
    byte[] low = demand.low;
    byte[] high = demand.high;
    if (low != null && high != null && multikey) {
      high = null;
    }
    byte[] from;
    byte[] to;
    if (low != null) {
      from = joined(prefix, low);
      to = joined(prefix, KeyEncoding.afterType(low));
    } else if (high != null) {
      from = joined(prefix, KeyEncoding.leastOfType(high));
      to = from;
    } else {
      return range(prefix);
    }
    if (high != null) {
      to = new KeyEncoding().bytes(prefix).bytes(high).oneByte(KeyEncoding.AFTER_ALL).toBytes();
    }
    return new Range(from, to, prefix.length);
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  /**
   * What is left of the query for the matcher to check: an {@code _id} that has been looked up
   * cannot have changed since, and checking it against a long {@code $in} is dear.
   */
  Document unchecked(Document query) {
    if (!index.isPrimary() || score < SCORE_OF_UNIQUE) {
      return query;
    }
    boolean onlyPoints =
        !(query.get("_id") instanceof Document condition)
            || !hasOperators(condition)
            || condition.keySet().equals(Set.of("$in"))
            || condition.keySet().equals(Set.of("$eq"));
    if (!onlyPoints || !query.containsKey("_id") || query.containsKey("$and")) {
      return query;
    }
    Document rest = query.clone();
    rest.remove("_id");
    return rest;
  }

  /**
   * The record ids, each once: while a document is updated its old keys and its new ones lead to
   * it.
   */
  Iterator<Long> records() {
    Keys keys = new Keys(index.keyMap().tree());
    Iterator<Long> read = merged && ranges.size() > 1 ? new Merge(keys) : new Sequence(keys);
    return index.isPrimary() ? read : new Distinct(read);
  }

  /**
   * The index as it is now. All ranges are read from it: a key that moves from one that is still to
   * be read into one that has been would be missed.
   */
  private final class Keys {
    private final MVMap<byte[], Long> tree;
    private final RootReference<byte[], Long> root;

    Keys(MVMap<byte[], Long> tree) {
      this.tree = tree;
      this.root = tree.flushAndGetRoot();
    }

    Cursor<byte[], Long> open(Range range) {
      return backwards
          ? tree.cursor(root, range.to, range.from, true)
          : tree.cursor(root, range.from, range.to, false);
    }
  }

  /** One range after the other, each opened when it is due. */
  private final class Sequence implements Iterator<Long> {
    private final Keys keys;
    private int opened;
    private @Nullable Cursor<byte[], Long> cursor;

    Sequence(Keys keys) {
      this.keys = keys;
    }

    @Override
    public boolean hasNext() {
      while (cursor == null || !cursor.hasNext()) {
        if (opened == ranges.size()) {
          return false;
        }
        cursor = keys.open(ranges.get(backwards ? ranges.size() - 1 - opened : opened));
        opened++;
      }
      return true;
    }

    @Override
    public Long next() {
      if (!hasNext() || cursor == null) {
        throw new NoSuchElementException();
      }
      cursor.next();
      return cursor.getValue();
    }
  }

  /** All ranges side by side, always the least (or greatest) key after the prefix first. */
  private final class Merge implements Iterator<Long> {
    /** The next key of a range. */
    private static final class Head {
      private final byte[] key;
      private final Long record;
      private final int prefix;
      private final Cursor<byte[], Long> rest;

      Head(byte[] key, Long record, int prefix, Cursor<byte[], Long> rest) {
        this.key = key;
        this.record = record;
        this.prefix = prefix;
        this.rest = rest;
      }
    }

    private final PriorityQueue<Head> heads =
        new PriorityQueue<>(
            (a, b) -> {
              int compared =
                  Arrays.compareUnsigned(
                      a.key, a.prefix, a.key.length, b.key, b.prefix, b.key.length);
              return backwards ? -compared : compared;
            });

    Merge(Keys keys) {
      for (Range range : ranges) {
        advance(keys.open(range), range.prefixLength);
      }
    }

    private void advance(Cursor<byte[], Long> cursor, int prefix) {
      if (cursor.hasNext()) {
        byte[] key = cursor.next();
        heads.add(new Head(key, cursor.getValue(), prefix, cursor));
      }
    }

    @Override
    public boolean hasNext() {
      return !heads.isEmpty();
    }

    @Override
    public Long next() {
      Head head = heads.remove();
      advance(head.rest, head.prefix);
      return head.record;
    }
  }

  /** Leaves out what has been there. */
  private static final class Distinct implements Iterator<Long> {
    private final Iterator<Long> all;
    private final Set<Long> seen = new HashSet<>();
    private @Nullable Long next;

    Distinct(Iterator<Long> all) {
      this.all = all;
    }

    @Override
    public boolean hasNext() {
      while (next == null && all.hasNext()) {
        Long candidate = all.next();
        if (seen.add(candidate)) {
          next = candidate;
        }
      }
      return next != null;
    }

    @Override
    public Long next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Long found = next;
      next = null;
      return found;
    }
  }
}
