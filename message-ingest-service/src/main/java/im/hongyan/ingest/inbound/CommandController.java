package im.hongyan.ingest.inbound;

import im.hongyan.codec.WireCodec;
import im.hongyan.identity.Caller;
import im.hongyan.ingest.command.Transport;
import im.hongyan.ingest.routing.CommandRouter;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.wire.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The HTTP edge: any message of the protocol to one address, and a resource-style address for
 * sending. Nothing here waits: the router's future is the answer.
 */
@RestController
final class CommandController {
  /** The address that takes any message. */
  static final String COMMANDS = "/api/v1/commands";

  private static final String MESSAGE = "/api/v1/sessions/{session}/messages/{message}";
  private static final String REACTION = MESSAGE + "/reactions/{reaction}";

  private final CommandRouter router;
  private final WireCodec codec;
  private final JsonMapper json = WireCodec.strictMapper();

  CommandController(CommandRouter router, WireCodec codec) {
    this.router = router;
    this.codec = codec;
  }

  /** Takes any client message; the body of the answer is its reply. */
  @PostMapping(COMMANDS)
  CompletableFuture<ResponseEntity<byte[]>> command(
      Caller caller, @RequestBody(required = false) byte @Nullable [] body) {
    return router
        .route(caller.user(), Transport.HTTP, body == null ? new byte[0] : body)
        .thenApply(this::asResponse);
  }

  private ResponseEntity<byte[]> asResponse(Optional<Reply> answer) {
    if (answer.isEmpty()) {
      return ResponseEntity.accepted().build();
    }
    Reply reply = answer.get();
    ResponseEntity.BodyBuilder response =
        ResponseEntity.status(reply.errcode().httpStatus()).contentType(MediaType.APPLICATION_JSON);
    if (reply.retryAfterMs() != null) {
      response.header(
          HttpHeaders.RETRY_AFTER, Long.toString(Math.ceilDiv(reply.retryAfterMs(), 1000L)));
    }
    return response.body(codec.write(reply));
  }

  /** {@code msg_send}; here and below a refusal is a problem detail. */
  @PostMapping("/api/v1/sessions/{session}/messages")
  CompletableFuture<ResponseEntity<byte[]>> send(
      Caller caller,
      @PathVariable("session") String session,
      @RequestBody(required = false) byte @Nullable [] body) {
    return resource(caller, "msg_send", session, object(body, "{clientMsgId, content}"));
  }

  /** {@code msg_edit}. */
  @PatchMapping(MESSAGE)
  CompletableFuture<ResponseEntity<byte[]>> edit(
      Caller caller,
      @PathVariable("session") String session,
      @PathVariable("message") String message,
      @RequestBody(required = false) byte @Nullable [] body) {
    return resource(
        caller, "msg_edit", session, object(body, "{content}").put("messagerecvId", message));
  }

  /** {@code msg_cancel}. */
  @DeleteMapping(MESSAGE)
  CompletableFuture<ResponseEntity<byte[]>> recall(
      Caller caller,
      @PathVariable("session") String session,
      @PathVariable("message") String message) {
    return resource(
        caller, "msg_cancel", session, json.createObjectNode().put("messagerecvId", message));
  }

  /** {@code msg_react}. */
  @PutMapping(REACTION)
  CompletableFuture<ResponseEntity<byte[]>> react(
      Caller caller,
      @PathVariable("session") String session,
      @PathVariable("message") String message,
      @PathVariable("reaction") String reaction) {
    return react(caller, session, message, reaction, false);
  }

  /** {@code msg_react} with {@code remove}. */
  @DeleteMapping(REACTION)
  CompletableFuture<ResponseEntity<byte[]>> reactNoMore(
      Caller caller,
      @PathVariable("session") String session,
      @PathVariable("message") String message,
      @PathVariable("reaction") String reaction) {
    return react(caller, session, message, reaction, true);
  }

  private CompletableFuture<ResponseEntity<byte[]>> react(
      Caller caller, String session, String message, String reaction, boolean remove) {
    return resource(
        caller,
        "msg_react",
        session,
        json.createObjectNode()
            .put("messagerecvId", message)
            .put("reaction", reaction)
            .put("remove", remove));
  }

  /** {@code msg_read}. */
  @PutMapping("/api/v1/sessions/{session}/read")
  CompletableFuture<ResponseEntity<byte[]>> read(
      Caller caller,
      @PathVariable("session") String session,
      @RequestBody(required = false) byte @Nullable [] body) {
    return resource(caller, "msg_read", session, object(body, "{seq}"));
  }

  private CompletableFuture<ResponseEntity<byte[]>> resource(
      Caller caller, String type, String session, ObjectNode message) {
    message.put("type", type).put("session", session);
    return router
        .route(caller.user(), Transport.HTTP, json.writeValueAsBytes(message))
        .thenApply(answer -> asResponse(answer.map(CommandController::orThrow)));
  }

  private ObjectNode object(byte @Nullable [] body, String expected) {
    JsonNode tree;
    try {
      tree = json.readTree(body == null ? new byte[0] : body);
    } catch (JacksonException e) {
      throw HongyanException.badRequest("body: not JSON (expected: a JSON object in UTF-8)");
    }
    if (!(tree instanceof ObjectNode message)) {
      throw HongyanException.badRequest("body: no JSON object (expected: %s)", expected);
    }
    return message;
  }

  private static Reply orThrow(Reply reply) {
    if (reply.isOk()) {
      return reply;
    }
    String reason = reply.errmsg() == null ? reply.errcode().name() : reply.errmsg();
    throw reply.errcode() == ErrorCode.RATE_LIMITED && reply.retryAfterMs() != null
        ? HongyanException.rateLimited(reason, Duration.ofMillis(reply.retryAfterMs()))
        : new HongyanException(reply.errcode(), reason);
  }
}
