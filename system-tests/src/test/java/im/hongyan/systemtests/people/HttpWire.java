package im.hongyan.systemtests.people;

import im.hongyan.codec.ServerFrame;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.RequestHeader;
import im.hongyan.model.wire.ServerMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A device that has nothing but HTTP: requests, and long polling for what is pushed. */
final class HttpWire implements Wire {
  private static final int POLL_MILLIS = 2_000;

  private final URI gateway;
  private final Person person;
  private final Inbox inbox;
  private final WireCodec codec = new WireCodec();
  private final JsonMapper mapper = WireCodec.strictMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile boolean closed;

  HttpWire(URI gateway, Person person, Inbox inbox) {
    this.gateway = gateway;
    this.person = person;
    this.inbox = inbox;
  }

  @Override
  public CompletableFuture<Reply> ask(Request request) {
    return post(codec.write(request))
        .thenApply(
            reply -> {
              if (request.message() instanceof ClientMessage.Connected && reply.isOk()) {
                Thread.ofVirtual().start(this::poll);
              }
              return reply;
            });
  }

  @Override
  public void raw(byte[] payload) {
    post(payload).thenAccept(inbox::unasked);
  }

  private CompletableFuture<Reply> post(byte[] json) {
    HttpRequest request =
        authorized("/api/v1/commands")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json))
            .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(response -> mapper.readValue(response.body(), Reply.class));
  }

  private HttpRequest.Builder authorized(String path) {
    return HttpRequest.newBuilder(gateway.resolve(path))
        .header("Authorization", "Bearer " + person.token());
  }

  private void poll() {
    try {
      while (!closed) {
        HttpResponse<byte[]> response =
            client.send(
                authorized("/api/v1/events/poll?waitMs=" + POLL_MILLIS).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() == 200) {
          received(mapper.readTree(response.body()).path("events"));
        }
      }
    } catch (IOException e) {
      // The suite stops, or the test has ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void received(JsonNode events) {
    for (JsonNode event : events) {
      if (codec.readServerFrame(mapper.writeValueAsBytes(event))
          instanceof ServerFrame.Notice(ServerMessage.MsgPush push)) {
        inbox.push(push);
        if (person.acknowledges()) {
          post(codec.write(
                  new Request(
                      RequestHeader.EMPTY,
                      new ClientMessage.MsgRecv(push.session(), push.deliveryId(), null, null))))
              .join();
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    client.shutdownNow();
  }
}
