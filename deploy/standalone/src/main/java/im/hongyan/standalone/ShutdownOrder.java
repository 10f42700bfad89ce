package im.hongyan.standalone;

import im.hongyan.standalone.service.SuiteService;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops parts stage by stage, those of a stage side by side; one that fails keeps none running. */
final class ShutdownOrder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShutdownOrder.class);

  /** Who stops before whom. */
  enum Stage {
    /** Nothing new comes in. */
    DOORS,
    /** The broker takes seconds to stop, so it does while those stop that work on what came in. */
    MQTT,
    /** Nobody asks them any more. */
    KEEPERS,
    /** Nobody writes any more. */
    STORES,
    /** Nobody has a connection any more. */
    POOLS,
    /** Another process may start. */
    FOLDER;

    static Stage of(SuiteService service) {
      return switch (service) {
        case GATEWAY, INGEST -> DOORS;
        case MODERATION, PUSH -> MQTT;
        case AUTH_BRIDGE, SESSION, DEMO_USER_SYSTEM -> KEEPERS;
      };
    }
  }

  private final Map<Stage, List<AutoCloseable>> parts = new EnumMap<>(Stage.class);

  ShutdownOrder() {
    for (Stage stage : Stage.values()) {
      parts.put(stage, new CopyOnWriteArrayList<>());
    }
  }

  void then(Stage stage, AutoCloseable part) {
    of(stage).add(part);
  }

  void last(AutoCloseable part) {
    then(Stage.FOLDER, part);
  }

  private List<AutoCloseable> of(Stage stage) {
    return parts.computeIfAbsent(stage, s -> new CopyOnWriteArrayList<>());
  }

  @Override
  public void close() {
    try (ExecutorService stops = Executors.newCachedThreadPool()) {
      for (Stage stage : Stage.values()) {
        CompletableFuture.allOf(
                of(stage).stream()
                    .map(part -> CompletableFuture.runAsync(() -> stop(part), stops))
                    .toArray(CompletableFuture[]::new))
            .join();
        of(stage).clear();
      }
    }
  }

  private static void stop(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn("{} did not stop as it should", part.getClass().getSimpleName(), e);
    }
  }
}
