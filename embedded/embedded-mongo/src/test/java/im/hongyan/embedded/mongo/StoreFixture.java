package im.hongyan.embedded.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.nio.file.Path;
import org.bson.Document;

/** A store and a driver connected to it. */
final class StoreFixture implements AutoCloseable {
  static final String DATABASE = "db";

  final EmbeddedMongo mongo;
  final MongoClient client;

  private StoreFixture(EmbeddedMongoOptions options) {
    mongo = EmbeddedMongo.start(options);
    client = MongoClients.create(mongo.connectionString());
  }

  static StoreFixture inMemory() {
    return new StoreFixture(EmbeddedMongoOptions.inMemory());
  }

  static StoreFixture in(Path folder) {
    return new StoreFixture(EmbeddedMongoOptions.inFolder(folder));
  }

  static StoreFixture with(EmbeddedMongoOptions options) {
    return new StoreFixture(options);
  }

  MongoCollection<Document> collection(String name) {
    return client.getDatabase(DATABASE).getCollection(name);
  }

  /** Documents that the server reads while {@code work} runs. */
  long examinedBy(String collection, Runnable work) {
    StoreCollection stored = mongo.collection(DATABASE, collection);
    long before = stored.examined();
    work.run();
    return stored.examined() - before;
  }

  @Override
  public void close() {
    client.close();
    mongo.close();
  }
}
