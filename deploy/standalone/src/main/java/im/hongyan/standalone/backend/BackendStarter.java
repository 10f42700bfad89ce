package im.hongyan.standalone.backend;

import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.amqp.EmbeddedAmqpOptions;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoException;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.embedded.mqtt.EmbeddedMqtt;
import im.hongyan.embedded.mqtt.EmbeddedMqttOptions;
import im.hongyan.embedded.mqtt.EmbeddedMqttOptions.Endpoint;
import im.hongyan.standalone.failure.StartFailure;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Starts the embedded parts; whatever keeps one from starting is told in one sentence. */
public final class BackendStarter {
  private BackendStarter() {}

  /** The document store, in a folder. */
  public static EmbeddedMongo mongo(Path folder) {
    return start("store", () -> EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(folder)));
  }

  /** The AMQP broker, in a folder. */
  public static EmbeddedAmqp amqp(Path folder, String password) {
    return start(
        "streams",
        () ->
            EmbeddedAmqp.start(
                EmbeddedAmqpOptions.inFolder(folder).withCredentials("hongyan", password)));
  }

  /** The MQTT broker; it keeps nothing, so its folder is for scratch files. */
  public static EmbeddedMqtt mqtt(Endpoint tcp, int webSocketPort, LateHooks hooks, Path folder) {
    return start(
        "MQTT broker",
        () ->
            EmbeddedMqtt.start(
                EmbeddedMqttOptions.with(hooks)
                    .on(tcp, new Endpoint("127.0.0.1", webSocketPort))
                    .in(folder)));
  }

  private static <T> T start(String part, Supplier<T> start) {
    try {
      return start.get();
    } catch (IllegalStateException | EmbeddedMongoException e) {
      throw new StartFailure("%s: %s".formatted(part, e.getMessage()), e);
    }
  }
}
