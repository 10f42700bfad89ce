package im.hongyan.push.pushing;

import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import im.hongyan.mqtt.ClientPublisher;

/** Publishes over MQTT. */
final class MqttPusher implements Pusher {
  private final ClientPublisher publisher;
  private final int qos;

  MqttPusher(ClientPublisher publisher, int qos) {
    this.publisher = publisher;
    this.qos = qos;
  }

  @Override
  public void push(UserId receiver, byte[] json, Runnable onFailure) {
    var _ =
        publisher
            .publish(Topics.toClient(receiver), json, qos)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    onFailure.run();
                  }
                });
  }

  @Override
  public boolean isConnected() {
    return publisher.isConnected();
  }
}
