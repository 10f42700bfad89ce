package im.hongyan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"spring.config.name=demo-user-system", "server.address=0.0.0.0"})
class DemoUserSystemIT {
  @LocalServerPort int port;

  @Test
  void everybodyIsAUserWithHisDemoToken() throws Exception {
    assertThat(verify("{\"token\":\"demo-alice\"}").body()).isEqualTo("{\"userId\":\"alice\"}");
    assertThat(verify("{\"token\":\"alice\"}").statusCode()).isEqualTo(401);
    assertThat(verify("{\"token\":\"demo-a/b\"}").statusCode()).isEqualTo(401);
    assertThat(verify("{}").statusCode()).isEqualTo(401);
  }

  private HttpResponse<String> verify(String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/token/verify"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
