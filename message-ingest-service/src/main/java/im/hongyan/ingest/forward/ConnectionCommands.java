package im.hongyan.ingest.forward;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.auth.client.AuthBridgeClient.Beat;
import im.hongyan.auth.client.AuthBridgeClient.CarriedToken;
import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.model.DeviceId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What auth-bridge answers: commands about the connection, and tokens that other commands carry
 * along. Thread-safe, never blocks.
 */
public final class ConnectionCommands {
  private final AuthBridgeClient authBridge;
  private final Questions questions;
  private final SignsOfLife signsOfLife;

  /** The token that each device last authenticated with; it need not be asked about again. */
  private final Cache<Device, String> tokens;

  /** The signs of life that auth-bridge is being told of. */
  private final ConcurrentHashMap<Heart, CompletableFuture<Optional<Reply>>> heartbeats =
      new ConcurrentHashMap<>();

  ConnectionCommands(
      AuthBridgeClient authBridge,
      Questions questions,
      Duration heartbeatsWithin,
      int rememberedTokens,
      Duration remembered) {
    this.authBridge = authBridge;
    this.signsOfLife = new SignsOfLife(authBridge, heartbeatsWithin);
    this.questions = questions;
    this.tokens =
        Caffeine.newBuilder().maximumSize(rememberedTokens).expireAfterWrite(remembered).build();
  }

  private record Device(UserId user, @Nullable DeviceId device) {}

  private record Heart(UserId user, @Nullable DeviceId device, @Nullable String clientId) {}

  /** Hands a command over; the sender's later commands wait for its answer. */
  public Answer forward(Command command) {
    return Answer.whole(ask(command));
  }

  /**
   * Hands a sign of life over, for which nothing has to wait. While one of a connection is under
   * way, further ones share its answer.
   */
  public Answer forwardHeartbeat(Command command) {
    Heart heart = new Heart(command.sender(), command.device(), command.clientId());
    CompletableFuture<Optional<Reply>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<Reply>> before = heartbeats.putIfAbsent(heart, mine);
    if (before != null) {
      return Answer.unordered(before);
    }
    var _ =
        ask(command)
            .whenComplete(
                (reply, failure) -> {
                  heartbeats.remove(heart);
                  if (failure == null) {
                    mine.complete(reply);
                  } else {
                    mine.completeExceptionally(failure);
                  }
                });
    return Answer.unordered(mine);
  }

  private CompletableFuture<Optional<Reply>> ask(Command command) {
    String token = command.request().header().token();
    Device device = new Device(command.sender(), command.device());
    return questions
        .ask(command.sender(), () -> answer(command))
        .thenApply(
            reply -> {
              ClientMessage message = command.request().message();
              boolean ok = reply.map(Reply::isOk).orElse(true);
              if (message instanceof ClientMessage.Logout) {
                tokens.invalidate(device);
              } else if (ok && token != null && provesItsToken(message)) {
                tokens.put(device, token);
              }
              return reply;
            });
  }

  private Optional<Reply> answer(Command command) {
    if (command.request().message() instanceof ClientMessage.Heartbeat) {
      return Optional.of(signsOfLife.tell(new Beat(command.sender(), command.device())));
    }
    return Optional.ofNullable(
        authBridge
            .command(
                command.sender().value(),
                command.transport().wireName(),
                command.clientId(),
                command.raw())
            .reply());
  }

  /**
   * Whether auth-bridge looks at the token of the command; with others it is only carried along.
   */
  private static boolean provesItsToken(ClientMessage message) {
    return message instanceof ClientMessage.Connected || message instanceof ClientMessage.Auth;
  }

  /**
   * Proves the token that a command carries where it is a new one and the command is not itself
   * about it.
   *
   * @return fails as auth-bridge refused it; empty where there is nothing to ask
   */
  public Optional<CompletableFuture<?>> authenticate(Command command) {
    String token = command.request().header().token();
    if (token == null || provesItsToken(command.request().message())) {
      return Optional.empty();
    }
    Device device = new Device(command.sender(), command.device());
    if (token.equals(tokens.getIfPresent(device))) {
      return Optional.empty();
    }
    return Optional.of(
        questions.ask(
            command.sender(),
            () -> {
              authBridge.prove(new CarriedToken(command.sender(), token, command.device()));
              tokens.put(device, token);
              return device;
            }));
  }
}
