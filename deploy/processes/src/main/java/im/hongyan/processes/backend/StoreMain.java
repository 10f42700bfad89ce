package im.hongyan.processes.backend;

import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The document store in a process of its own; it ends when it is told to, or killed. */
public final class StoreMain {
  private StoreMain() {}

  /** Takes a port and a folder. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 2) {
      throw new IllegalArgumentException("expected: PORT FOLDER");
    }
    EmbeddedMongo store =
        EmbeddedMongo.start(
            EmbeddedMongoOptions.inFolder(Path.of(args[1])).withPort(Integer.parseInt(args[0])));
    Runtime.getRuntime().addShutdownHook(new Thread(store::close, "close"));
    new CountDownLatch(1).await();
  }
}
