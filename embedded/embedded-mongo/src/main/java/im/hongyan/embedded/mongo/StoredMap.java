package im.hongyan.embedded.mongo;

import java.nio.ByteBuffer;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * A named ordered map of the store.
 *
 * @param name unique in the store
 * @param tree the map itself
 */
record StoredMap<K, V>(String name, MVMap<K, V> tree) {
  private static final String DOCUMENTS = "d/";
  private static final String KEYS = "k/";

  static String documentsName(String database, String collection) {
    return DOCUMENTS + database + "." + collection;
  }

  static String keysName(String database, String collection, String index) {
    return KEYS + database + "." + collection + "/" + index;
  }

  static boolean isDocuments(String mapName) {
    return mapName.startsWith(DOCUMENTS);
  }

  static boolean isKeys(String mapName) {
    return mapName.startsWith(KEYS);
  }

  /** The database whose documents a map of this name has. */
  static String databaseOf(String documentsName) {
    return documentsName.substring(DOCUMENTS.length(), documentsName.indexOf('.'));
  }

  /** Record id to the document's BSON. */
  static MVMap.Builder<Long, byte[]> documents() {
    return builder(LongDataType.INSTANCE, ByteKeys.INSTANCE);
  }

  /** Index key to record id. */
  static MVMap.Builder<byte[], Long> keys() {
    return builder(ByteKeys.INSTANCE, LongDataType.INSTANCE);
  }

  /** Names to numbers; {@code whenWritten} is called before a number goes to disk. */
  static MVMap.Builder<String, Long> numbers(Runnable whenWritten) {
    return builder(StringDataType.INSTANCE, new WatchedNumbers(whenWritten));
  }

  /** Numbers that tell when they are written. */
  private static final class WatchedNumbers extends BasicDataType<Long> {
    private final Runnable whenWritten;

    WatchedNumbers(Runnable whenWritten) {
      this.whenWritten = whenWritten;
    }

    @Override
    public int getMemory(Long number) {
      return LongDataType.INSTANCE.getMemory(number);
    }

    @Override
    public void write(WriteBuffer buffer, Long number) {
      whenWritten.run();
      LongDataType.INSTANCE.write(buffer, number);
    }

    @Override
    public Long read(ByteBuffer buffer) {
      return LongDataType.INSTANCE.read(buffer);
    }

    @Override
    public Long[] createStorage(int size) {
      return new Long[size];
    }
  }

  private static <K, V> MVMap.Builder<K, V> builder(DataType<K> keys, DataType<V> values) {
    MVMap.Builder<K, V> builder = new MVMap.Builder<>();
    builder.setKeyType(keys);
    builder.setValueType(values);
    return builder;
  }
}
