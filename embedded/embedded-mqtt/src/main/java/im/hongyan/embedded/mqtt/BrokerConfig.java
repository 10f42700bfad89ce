package im.hongyan.embedded.mqtt;

import im.hongyan.embedded.mqtt.EmbeddedMqttOptions.Endpoint;
import im.hongyan.embedded.mqtt.EmbeddedMqttOptions.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes HiveMQ's configuration file. */
final class BrokerConfig {

  private BrokerConfig() {}

  static void write(Path folder, Endpoint tcp, Endpoint webSocket, Limits limits)
      throws IOException {
    String xml =
        """
      <?xml version="1.0" encoding="UTF-8"?>
      <hivemq>
        <listeners>
          <tcp-listener>
            <port>%d</port>
            <bind-address>%s</bind-address>
            <name>tcp</name>
          </tcp-listener>
          <websocket-listener>
            <port>%d</port>
            <bind-address>%s</bind-address>
            <path>/mqtt</path>
            <name>websocket</name>
            <subprotocols>
              <subprotocol>mqtt</subprotocol>
            </subprotocols>
            <allow-extensions>false</allow-extensions>
          </websocket-listener>
        </listeners>
        <mqtt>
          <queued-messages>
            <max-queue-size>%d</max-queue-size>
            <strategy>discard</strategy>
          </queued-messages>
          <retained-messages>
            <enabled>false</enabled>
          </retained-messages>
          <session-expiry>
            <max-interval>%d</max-interval>
          </session-expiry>
          <packets>
            <max-packet-size>%d</max-packet-size>
          </packets>
          <receive-maximum>
            <server-receive-maximum>%d</server-receive-maximum>
          </receive-maximum>
        </mqtt>
        <restrictions>
          <no-connect-idle-timeout>%d</no-connect-idle-timeout>
        </restrictions>
        <persistence>
          <mode>in-memory</mode>
        </persistence>
        <anonymous-usage-statistics>
          <enabled>false</enabled>
        </anonymous-usage-statistics>
      </hivemq>
      """
            .formatted(
                tcp.port(),
                tcp.address(),
                webSocket.port(),
                webSocket.address(),
                limits.maxQueuedMessages(),
                limits.sessionExpiry().toSeconds(),
                limits.maxPacketBytes(),
                limits.receiveMaximum(),
                limits.connectTimeout().toMillis());
    Files.writeString(folder.resolve("config.xml"), xml);
  }
}
