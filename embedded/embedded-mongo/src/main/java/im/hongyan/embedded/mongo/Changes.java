package im.hongyan.embedded.mongo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What one command has changed, in order, as the journal keeps it: all of it is replayed after a
 * crash, or none. Owned by whoever holds the collection's lock.
 */
final class Changes {
  private static final int NAME = 1;
  private static final int PUT_DOCUMENT = 2;
  private static final int REMOVE_DOCUMENT = 3;
  private static final int PUT_KEY = 4;
  private static final int REMOVE_KEY = 5;
  private static final int DROP = 6;

  private static final int KEPT_CAPACITY = 64 * 1024;

  private final Bytes out = new Bytes(1024);
  private final Map<String, Integer> names = new HashMap<>();

  boolean isEmpty() {
    return out.size() == 0;
  }

  /** Applies and records: a document has this content. */
  void putDocument(StoredMap<Long, byte[]> map, long id, byte[] document) {
    map.tree().put(id, document);
    operation(PUT_DOCUMENT, map.name());
    number(id, 8);
    bytes(document);
  }

  /** Applies and records: a document is gone. */
  void removeDocument(StoredMap<Long, byte[]> map, long id) {
    map.tree().remove(id);
    operation(REMOVE_DOCUMENT, map.name());
    number(id, 8);
  }

  /** Applies and records: an index key leads to a document. */
  void putKey(StoredMap<byte[], Long> map, byte[] key, long id) {
    map.tree().put(key, id);
    operation(PUT_KEY, map.name());
    bytes(key);
    number(id, 8);
  }

  /** Applies and records: an index key is gone. */
  void removeKey(StoredMap<byte[], Long> map, byte[] key) {
    map.tree().remove(key);
    operation(REMOVE_KEY, map.name());
    bytes(key);
  }

  /** Records that a map is gone; the store has removed it. */
  void drop(String mapName) {
    operation(DROP, mapName);
  }

  byte[] takeBytes() {
    byte[] taken = out.toByteArray();
    out.reset(KEPT_CAPACITY);
    names.clear();
    return taken;
  }

  private void operation(int code, String mapName) {
    Integer known = names.get(mapName);
    if (known == null) {
      known = names.size();
      names.put(mapName, known);
      out.write(NAME);
      bytes(mapName.getBytes(StandardCharsets.UTF_8));
    }
    out.write(code);
    number(known, 4);
  }

  private void bytes(byte[] bytes) {
    number(bytes.length, 4);
    out.writeBytes(bytes);
  }

  private void number(long value, int length) {
    out.writeNumber(value, length);
  }

  /** Does again what a command has changed; doing it twice does no harm. */
  static void replay(ByteBuffer recorded, DurableStore store) {
    Map<Integer, String> names = new HashMap<>();
    while (recorded.hasRemaining()) {
      int code = recorded.get();
      if (code == NAME) {
        names.put(names.size(), new String(readBytes(recorded), StandardCharsets.UTF_8));
        continue;
      }
      String name = names.get(recorded.getInt());
      if (name == null) {
        throw new IllegalStateException("a change to a map without a name");
      }
      switch (code) {
        case PUT_DOCUMENT -> {
          long id = recorded.getLong();
          store.documents(name).tree().put(id, readBytes(recorded));
        }
        case REMOVE_DOCUMENT -> store.documents(name).tree().remove(recorded.getLong());
        case PUT_KEY -> {
          byte[] key = readBytes(recorded);
          store.keys(name).tree().put(key, recorded.getLong());
        }
        case REMOVE_KEY -> store.keys(name).tree().remove(readBytes(recorded));
        case DROP -> store.remove(name);
        default -> throw new IllegalStateException("a change of unknown kind " + code);
      }
    }
  }

  private static byte[] readBytes(ByteBuffer from) {
    byte[] bytes = new byte[from.getInt()];
    from.get(bytes);
    return bytes;
  }
}
