package im.hongyan.embedded.mongo;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.CannotIndexParallelArraysError;
import de.bwaldvogel.mongo.exception.DuplicateKeyError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An index in a stored map: the encoded fields, followed by the record id where the index is not
 * unique, lead to the record id. A field that is an array gives one key for each element. The
 * directions of an index's fields do not matter: it is read in both.
 *
 * <p>All changes are made under the collection's lock; reading needs none.
 */
final class OrderedIndex extends Index<Long> {
  /** A key before all others, there once a document has had an array in an indexed field. */
  private static final byte[] MULTIKEY_MARK = {0};

  private final StoredMap<byte[], Long> keys;
  private final List<String> fields;
  private final List<String> roots;
  private final boolean unique;
  private final DurableStore store;
  private final Changes changes;
  private volatile boolean multikey;

  /**
   * What the update that is under way still has to change here; guarded by the collection's lock.
   */
  private @Nullable KeyChange pending;

  /** The keys that a record gets and those that it loses; the new document may have several. */
  private record KeyChange(
      Long record, Collection<byte[]> added, Collection<byte[]> removed, boolean several) {}

  OrderedIndex(
      String name,
      List<IndexKey> fields,
      boolean unique,
      StoredMap<byte[], Long> keys,
      DurableStore store,
      Changes changes) {
    super(name, fields, false);
    this.fields = fields.stream().map(IndexKey::getKey).toList();
    this.roots = this.fields.stream().map(OrderedIndex::root).distinct().toList();
    this.unique = unique;
    this.keys = keys;
    this.store = store;
    this.changes = changes;
    this.multikey = keys.tree().containsKey(MULTIKEY_MARK);
  }

  List<String> fields() {
    return fields;
  }

  StoredMap<byte[], Long> keyMap() {
    return keys;
  }

  /** Whether a document may have several keys, because one of its fields is an array. */
  boolean multikey() {
    return multikey;
  }

  boolean isPrimary() {
    return unique && fields.equals(List.of("_id"));
  }

  @Override
  public boolean isUnique() {
    return unique;
  }

  @Override
  public boolean hasSameOptions(Index<?> other) {
    return other.isUnique() == unique
        && Objects.equals(other.toIndexDescription().get("key"), toIndexDescription().get("key"));
  }

  /** The keys of a document, without the record id; several only if a field is an array. */
  Collection<byte[]> keysOf(Document document) {
    KeyEncoding single = new KeyEncoding();
    for (int i = 0; i < fields.size(); i++) {
      Object value = valueOf(document, fields.get(i));
      if (value instanceof Collection<?> array) {
        return multipleKeys(document, i, array);
      }
      single.value(value);
    }
    return List.of(single.toBytes());
  }

  private static @Nullable Object valueOf(Document document, String field) {
    return field.indexOf('.') < 0
        ? document.getOrMissing(field)
        : Utils.getSubdocumentValueCollectionAware(document, field);
  }

  /**
   * Whether two versions of a document certainly have the same keys: most updates change no field
   * of most indexes. Arrays and documents may be equal and yet have other keys.
   */
  private boolean sameKeys(Document one, Document other) {
    for (String root : roots) {
      Object value = one.get(root);
      if (value instanceof Collection
          || value instanceof Map
          || !Objects.equals(value, other.get(root))) {
        return false;
      }
    }
    return true;
  }

  private Collection<byte[]> multipleKeys(Document document, int arrayField, Collection<?> array) {
    String arrayRoot = root(fields.get(arrayField));
    KeyEncoding before = new KeyEncoding();
    List<byte[]> tails = new ArrayList<>(List.of(new byte[0]));
    for (int i = 0; i < fields.size(); i++) {
      Object value = valueOf(document, fields.get(i));
      if (i < arrayField) {
        before.value(value);
      } else if (i > arrayField && value instanceof Collection<?> second) {
        if (!root(fields.get(i)).equals(arrayRoot)) {
          throw new CannotIndexParallelArraysError(List.of(fields.get(arrayField), fields.get(i)));
        }
        tails = crossed(tails, second);
      } else if (i > arrayField) {
        byte[] encoded = KeyEncoding.of(value);
        tails.replaceAll(tail -> new KeyEncoding().bytes(tail).bytes(encoded).toBytes());
      }
    }
    TreeSet<byte[]> result = new TreeSet<>(Arrays::compareUnsigned);
    byte[] head = before.toBytes();
    for (byte[] element : elements(array)) {
      for (byte[] tail : tails) {
        result.add(new KeyEncoding().bytes(head).bytes(element).bytes(tail).toBytes());
      }
    }
    return result;
  }

  private static List<byte[]> crossed(List<byte[]> tails, Collection<?> array) {
    List<byte[]> crossed = new ArrayList<>();
    for (byte[] tail : tails) {
      for (byte[] element : elements(array)) {
        crossed.add(new KeyEncoding().bytes(tail).bytes(element).toBytes());
      }
    }
    return crossed;
  }

  private static List<byte[]> elements(Collection<?> array) {
    if (array.isEmpty()) {
      return List.of(new KeyEncoding().emptyArray().toBytes());
    }
    List<byte[]> elements = new ArrayList<>(array.size());
    array.forEach(element -> elements.add(KeyEncoding.of(element)));
    return elements;
  }

  private static String root(String path) {
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }

  /** The record that has exactly this key; only of a unique index. */
  @Nullable Long recordWith(byte[] key) {
    return keys.tree().get(key);
  }

  /**
   * Fails with E11000 when another record has one of these keys.
   *
   * @param own the record that may have them already
   */
  void checkUnique(
      Collection<byte[]> wanted,
      Document document,
      @Nullable Long own,
      MongoCollection<Long> collection) {
    if (!unique) {
      return;
    }
    for (byte[] key : wanted) {
      Long holder = keys.tree().get(key);
      if (holder != null && !holder.equals(own)) {
        throw new DuplicateKeyError(this, collection, getKeys(), valuesOf(document, key));
      }
    }
  }

  /** The field values that gave {@code key}, for the error's message. */
  private KeyValue valuesOf(Document document, byte[] key) {
    List<@Nullable Object> values = new ArrayList<>();
    int at = 0;
    for (String field : fields) {
      Object value = valueOf(document, field);
      Collection<?> candidates = value instanceof Collection<?> array ? array : List.of(value);
      Object shown = null;
      int length = 1;
      for (Object candidate : candidates) {
        byte[] encoded = KeyEncoding.of(candidate);
        if (Arrays.mismatch(
                    key, at, Math.min(key.length, at + encoded.length), encoded, 0, encoded.length)
                < 0
            && at + encoded.length <= key.length) {
          shown = candidate;
          length = encoded.length;
          break;
        }
      }
      values.add(shown instanceof de.bwaldvogel.mongo.backend.Missing ? null : shown);
      at += length;
    }
    return new KeyValue(values);
  }

  /** Whether these keys are there and lead to the record. */
  boolean leadsTo(Long record, Collection<byte[]> wanted) {
    return wanted.stream().allMatch(key -> record.equals(keys.tree().get(stored(key, record))));
  }

  /** Adds keys of a record; {@link #checkUnique} has passed. */
  void addKeys(Collection<byte[]> added, Long record) {
    addKeys(added, record, added.size() > 1);
  }

  private void addKeys(Collection<byte[]> added, Long record, boolean several) {
    if (several && !multikey) {
      changes.putKey(keys, MULTIKEY_MARK, 1L);
      multikey = true;
    }
    for (byte[] key : added) {
      changes.putKey(keys, stored(key, record), record);
    }
  }

  /** Removes keys of a record. */
  void removeKeys(Collection<byte[]> removed, Long record) {
    for (byte[] key : removed) {
      changes.removeKey(keys, stored(key, record));
    }
  }

  private byte[] stored(byte[] key, Long record) {
    return unique ? key : new KeyEncoding().bytes(key).recordId(record).toBytes();
  }

  /** Empties the index. */
  void clear() {
    changes.drop(keys.name());
    keys.tree().clear();
    multikey = false;
  }

  /** Adds a record that is in the collection already. */
  void build(Document document, Long record, MongoCollection<Long> collection) {
    Collection<byte[]> added = keysOf(document);
    checkUnique(added, document, record, collection);
    addKeys(added, record);
  }

  @Override
  public @Nullable Long getPosition(Document document) {
    return isPrimary() ? recordWith(keysOf(document).iterator().next()) : null;
  }

  @Override
  public void checkAdd(Document document, MongoCollection<Long> collection) {
    checkUnique(keysOf(document), document, null, collection);
  }

  @Override
  public void add(Document document, Long position, MongoCollection<Long> collection) {
    addKeys(keysOf(document), position);
  }

  @Override
  public @Nullable Long remove(Document document) {
    throw new UnsupportedOperationException("the collection removes keys itself");
  }

  @Override
  public void checkUpdate(
      Document oldDocument, Document newDocument, MongoCollection<Long> collection) {
    if (sameKeys(oldDocument, newDocument)) {
      return;
    }
    Collection<byte[]> wanted = keysOf(newDocument);
    if (!unique) {
      return;
    }
    Long own = recordWith(keysOf(oldDocument).iterator().next());
    checkUnique(wanted, newDocument, own, collection);
  }

  /** Only finds out what changes; {@link #applyUpdate} does it once the document is written. */
  @Override
  public void updateInPlace(
      Document oldDocument, Document newDocument, Long position, MongoCollection<Long> collection) {
    pending = null;
    if (sameKeys(oldDocument, newDocument)) {
      return;
    }
    Collection<byte[]> before = keysOf(oldDocument);
    Collection<byte[]> after = keysOf(newDocument);
    if (before.size() == 1
        && after.size() == 1
        && Arrays.equals(before.iterator().next(), after.iterator().next())) {
      return;
    }
    pending =
        new KeyChange(position, without(after, before), without(before, after), after.size() > 1);
  }

  /**
   * Changes the keys as {@link #updateInPlace} has found. The new ones come before the old ones go:
   * whoever reads meanwhile, without a lock, always finds a key that leads to the record.
   */
  void applyUpdate() {
    KeyChange change = pending;
    pending = null;
    if (change != null) {
      addKeys(change.added(), change.record(), change.several());
      removeKeys(change.removed(), change.record());
    }
  }

  private static Collection<byte[]> without(Collection<byte[]> some, Collection<byte[]> others) {
    TreeSet<byte[]> rest = new TreeSet<>(Arrays::compareUnsigned);
    rest.addAll(some);
    others.forEach(rest::remove);
    return rest;
  }

  @Override
  public boolean canHandle(Document query) {
    return false;
  }

  @Override
  public Iterable<Long> getPositions(Document query) {
    throw new UnsupportedOperationException("the collection plans its queries itself");
  }

  @Override
  public long getCount() {
    return keys.tree().sizeAsLong() - (multikey ? 1 : 0);
  }

  /** Never: the collection builds its indexes itself. */
  @Override
  public boolean isEmpty() {
    return false;
  }

  @Override
  public long getDataSize() {
    return getCount();
  }

  @Override
  public void drop() {
    changes.drop(keys.name());
    store.remove(keys.name());
  }
}
