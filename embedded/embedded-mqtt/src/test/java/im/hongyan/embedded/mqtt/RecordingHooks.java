package im.hongyan.embedded.mqtt;

import im.hongyan.model.UserId;
import im.hongyan.mqtt.hooks.BrokerHooks;
import im.hongyan.mqtt.hooks.ClientConnection;
import im.hongyan.mqtt.hooks.ConnectRequest;
import im.hongyan.mqtt.hooks.ConnectionEnd;
import im.hongyan.mqtt.hooks.Decision;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets in whoever has the password "good"; the account "service" is a service. */
final class RecordingHooks implements BrokerHooks {
  final List<ConnectRequest> requests = new CopyOnWriteArrayList<>();
  final List<ClientConnection> connected = new CopyOnWriteArrayList<>();
  final List<String> ended = new CopyOnWriteArrayList<>();

  @Override
  public CompletionStage<Decision> authenticate(ConnectRequest request) {
    requests.add(request);
    return switch (TestClient.text(request.password())) {
      case "good" ->
          CompletableFuture.completedFuture(
              request.username().equals("service")
                  ? new Decision.ServiceAllowed("service")
                  : Decision.client(new UserId(request.username())));
      case "down" -> CompletableFuture.failedFuture(new IllegalStateException("down"));
      default ->
          CompletableFuture.completedFuture(
              new Decision.Refused(Decision.Reason.BAD_CREDENTIALS, "wrong token"));
    };
  }

  @Override
  public void connected(ClientConnection connection) {
    connected.add(connection);
  }

  @Override
  public void disconnected(ClientConnection connection, ConnectionEnd end) {
    // A client that said goodbye at the end of another test may only now have been heard.
    if (connected.contains(connection)) {
      ended.add(connection.clientId() + " " + end);
    }
  }
}
