package im.hongyan.auth.brokerhook;

import im.hongyan.auth.connection.Connections;
import im.hongyan.auth.connection.OpenClients;
import im.hongyan.model.UserId;
import im.hongyan.mqtt.hooks.BrokerHooks;
import im.hongyan.mqtt.hooks.ClientConnection;
import im.hongyan.mqtt.hooks.ConnectRequest;
import im.hongyan.mqtt.hooks.ConnectionEnd;
import im.hongyan.mqtt.hooks.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The same decisions for a broker in this process, and presence from the broker's own knowledge.
 */
@Component
public class InProcessBrokerHooks implements BrokerHooks, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InProcessBrokerHooks.class);

  private final BrokerAccess access;
  private final Connections connections;
  private final OpenClients clients;
  private final Clock clock;
  private final ExecutorService blocking =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("broker-hook-", 0).factory());

  InProcessBrokerHooks(
      BrokerAccess access, Connections connections, OpenClients clients, Clock clock) {
    this.access = access;
    this.connections = connections;
    this.clients = clients;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Decision> authenticate(ConnectRequest request) {
    BrokerAccess.Login login =
        new BrokerAccess.Login(
            request.clientIdAssigned() ? null : request.clientId(),
            request.username(),
            text(request.password()),
            // WebSockets come by the gateway, which has counted the address behind it.
            request.transport() == ConnectRequest.Transport.WEB_SOCKET
                ? null
                : request.remoteAddress());
    return CompletableFuture.supplyAsync(() -> access.authenticate(login), blocking);
  }

  @Override
  public void connected(ClientConnection connection) {
    clients.opened(connection.clientId(), connection.id());
  }

  @Override
  public void disconnected(ClientConnection connection, ConnectionEnd end) {
    boolean gone = clients.closed(connection.clientId(), connection.id());
    UserId user = connection.user();
    if (!gone || end == ConnectionEnd.TAKEN_OVER || user == null) {
      return;
    }
    Instant at = clock.instant();
    blocking.execute(() -> lost(user, at));
  }

  private void lost(UserId user, Instant at) {
    try {
      connections.clientLost(user, at);
    } catch (RuntimeException e) {
      // The sweep will find the same, only later.
      log.warn("the end of a client of {} was not noted: {}", user, e.toString());
    }
  }

  private static @Nullable String text(byte @Nullable [] password) {
    return password == null ? null : new String(password, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    blocking.shutdown();
  }
}
