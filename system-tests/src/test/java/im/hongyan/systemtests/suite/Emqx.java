package im.hongyan.systemtests.suite;

import im.hongyan.processes.suite.BrokerHook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/** EMQX in a container, configured by the file that an operator takes. */
final class Emqx {
  static final int MQTT = 1883;
  static final int MQTT_WEBSOCKET = 8083;

  private static final int STATUS = 18083;
  private static final Path CONFIGURATION = Path.of("../deploy/emqx/hongyan.hocon");

  private Emqx() {}

  static GenericContainer<?> container(BrokerHook hook) {
    return new GenericContainer<>("emqx/emqx:5.8.8")
        .withExposedPorts(MQTT, MQTT_WEBSOCKET, STATUS)
        .withCopyToContainer(Transferable.of(configuration(hook), 0444), "/opt/emqx/etc/base.hocon")
        .waitingFor(Wait.forHttp("/status").forPort(STATUS));
  }

  /** The file with the address of this machine, as containers see it, and the secret. */
  static String configuration(BrokerHook hook) {
    try {
      return Files.readString(CONFIGURATION)
              .replace(
                  "http://auth-bridge:8081",
                  "http://%s:%d".formatted(GenericContainer.INTERNAL_HOST_HOSTNAME, hook.port()))
              .replace("\"SECRET\"", '"' + hook.secret() + '"')
          // Where the status is asked; newer versions have it in the file that this one replaces.
          + "dashboard.listeners.http.bind = %d\n".formatted(STATUS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
