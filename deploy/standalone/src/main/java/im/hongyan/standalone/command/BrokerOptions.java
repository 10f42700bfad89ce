package im.hongyan.standalone.command;

import im.hongyan.chat.Account;
import im.hongyan.chat.ChatException;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the chat commands connect, and with which token. */
final class BrokerOptions {
  @Option(
      names = "--mqtt",
      paramLabel = "HOST:PORT",
      description = "Where MQTT listens (default: ${DEFAULT-VALUE}).",
      defaultValue = "localhost:1883")
  private String broker = "";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The user's token (default: the demo user system's, demo-USER).")
  private @Nullable String token;

  Account account(String name) {
    URI there = URI.create("mqtt://" + broker);
    if (there.getHost() == null || there.getPort() < 0) {
      throw new ChatException("--mqtt: %s (expected: HOST:PORT)".formatted(broker));
    }
    UserId user = user(name);
    return token == null
        ? Account.demo(there.getHost(), there.getPort(), user)
        : new Account(there.getHost(), there.getPort(), user, token);
  }

  static UserId user(String name) {
    try {
      return new UserId(name);
    } catch (HongyanException e) {
      throw new ChatException(String.valueOf(e.getMessage()));
    }
  }
}
