package im.hongyan.embedded.mongo;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All databases of a store. */
final class StoreBackend extends AbstractMongoBackend {
  private final DurableStore store;
  private final Map<String, StoreDatabase> opened = new ConcurrentHashMap<>();

  /** Opens the databases that the store has. */
  StoreBackend(DurableStore store) {
    this.store = store;
    store.mapNames().stream()
        .filter(StoredMap::isDocuments)
        .map(StoredMap::databaseOf)
        .distinct()
        .toList()
        .forEach(this::resolveDatabase);
  }

  @Override
  public Document handleCommand(
      Channel channel, String databaseName, String command, Document query) {
    Unsupported.refuse(command, query);
    if (command.equals("getMore")) {
      query.putIfAbsent("batchSize", StoreDatabase.DEFAULT_BATCH);
    }
    if (command.equals("hello")) {
      return hello(super.handleCommand(channel, databaseName, "ismaster", query));
    }
    return super.handleCommand(channel, databaseName, command, query);
  }

  /** The library knows the command by its older name alone. */
  private static Document hello(Document answer) {
    answer.put("isWritablePrimary", answer.get("ismaster"));
    answer.put("helloOk", true);
    return answer;
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String databaseName) {
    return opened.computeIfAbsent(
        databaseName, name -> new StoreDatabase(name, store, getCursorRegistry()));
  }

  @Override
  public void dropDatabase(String databaseName) {
    super.dropDatabase(databaseName);
    opened.remove(databaseName);
  }

  /** The database of that name, created when missing. */
  StoreDatabase database(String name) {
    return (StoreDatabase) resolveDatabase(name);
  }

  @Override
  public void close() {
    super.close();
    store.close();
  }
}
