package im.hongyan.session.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.cloud.openfeign.FeignAutoConfiguration;

class SessionClientIT {
  private static final String VIEW =
      """
      {"_id":"s1","creator":"alice","owner":"alice","members":["alice"],"admins":[],\
      "kind":"group","status":"valid","version":7,"createdAt":1,"updatedAt":2,"later":true}""";

  private final AtomicReference<String> lastRequest = new AtomicReference<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          lastRequest.set(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Hongyan-Sender")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          String body =
              exchange.getRequestURI().getPath().endsWith("/commands")
                  ? "{\"type\":\"session_exit_reply\",\"userId\":\"alice\",\"errcode\":4}"
                  : VIEW;
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void readsSessionsAndForwardsMessagesAsTheyCame() {
    new ReactiveWebApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                FeignAutoConfiguration.class, SessionClientAutoConfiguration.class))
        .withPropertyValues(
            "hongyan.session-client.url=http://127.0.0.1:" + server.getAddress().getPort())
        .run(
            context -> {
              SessionDirectory directory = context.getBean(SessionDirectory.class);
              assertThat(directory.find(new SessionId("s1")).orElseThrow().version()).isEqualTo(7);
              assertThat(lastRequest.get()).startsWith("GET /internal/v1/sessions/s1 ");

              byte[] message = "{ \"type\": \"session_exit\" }".getBytes(StandardCharsets.UTF_8);
              Reply reply = context.getBean(SessionServiceClient.class).command("alice", message);
              assertThat(reply.errcode()).isEqualTo(ErrorCode.FORBIDDEN);
              assertThat(lastRequest.get())
                  .isEqualTo("POST /internal/v1/commands alice { \"type\": \"session_exit\" }");
            });
  }

  @Test
  void staysAwayWhereNobodyIsToBeAsked() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(SessionClientAutoConfiguration.class))
        .run(context -> assertThat(context).doesNotHaveBean(SessionDirectory.class));
  }

  @Test
  void defaultsAreThose() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                FeignAutoConfiguration.class, SessionClientAutoConfiguration.class))
        .withPropertyValues("hongyan.session-client.url=http://127.0.0.1:1")
        .run(
            context -> {
              assertThat(context.getBean(SessionClientProperties.class).toString())
                  .isEqualTo(
                      "SessionClientProperties[url=http://127.0.0.1:1, connectTimeout=PT1S,"
                          + " readTimeout=PT5S, cacheSize=100000, cacheExpiry=PT5M,"
                          + " recheckAfter=PT0.2S]");
              assertThatThrownBy(() -> context.getBean(SessionServiceClient.class).session("s1"))
                  .isInstanceOf(RuntimeException.class);
            });
  }
}
