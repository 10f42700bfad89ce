package im.hongyan.bench.flat;

import im.hongyan.model.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A user who has nothing but HTTP. */
final class HttpUser implements AutoCloseable {
  private final URI gateway;
  private final String token;
  private final HttpClient client = HttpClient.newHttpClient();
  private final JsonMapper mapper = JsonMapper.shared();

  HttpUser(URI gateway, String tokenPrefix, UserId user) {
    this.gateway = gateway;
    this.token = tokenPrefix + user;
  }

  JsonNode get(String path) throws InterruptedException {
    return send(HttpRequest.newBuilder(gateway.resolve(path)).GET());
  }

  JsonNode command(String json) throws InterruptedException {
    return send(
        HttpRequest.newBuilder(gateway.resolve("/api/v1/commands"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private JsonNode send(HttpRequest.Builder request) throws InterruptedException {
    try {
      HttpResponse<byte[]> response =
          client.send(
              request.header("Authorization", "Bearer " + token).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(
            response.uri() + " answered " + response.statusCode() + " (expected: 200)");
      }
      return mapper.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
