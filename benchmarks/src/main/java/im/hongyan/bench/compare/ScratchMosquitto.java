package im.hongyan.bench.compare;

import im.hongyan.bench.mqtt.MqttLogin;
import im.hongyan.local.LocalMosquitto;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** A mosquitto on free ports. */
final class ScratchMosquitto implements AutoCloseable {
  private static final String ACCOUNT = "push";
  private static final String PASSWORD = "scratch";

  private final LocalMosquitto.Options options;
  private final LocalMosquitto mosquitto;

  ScratchMosquitto(Path folder) {
    List<Integer> ports = FreePorts.some(3);
    options =
        new LocalMosquitto.Options(
            folder, ports.get(0), ports.get(1), ports.get(2), List.of(ACCOUNT), PASSWORD);
    mosquitto = LocalMosquitto.start(options);
  }

  /** Where users connect, who are held to their own topics. */
  InetSocketAddress users() {
    return at(options.port());
  }

  /** Where services connect, who may use all topics. */
  InetSocketAddress services() {
    return at(options.servicePort());
  }

  /** The login of a service. */
  MqttLogin service(String clientId, String subscription) {
    return new MqttLogin(clientId, ACCOUNT, PASSWORD, subscription);
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Override
  public void close() {
    mosquitto.close();
  }
}
