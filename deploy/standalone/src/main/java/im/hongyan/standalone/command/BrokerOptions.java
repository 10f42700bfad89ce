package im.hongyan.standalone.command;

import im.hongyan.chat.Account;
import im.hongyan.model.UserId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the chat commands connect, and with which token. */
final class BrokerOptions {
  @Option(
      names = "--mqtt",
      paramLabel = "HOST:PORT",
      description = "Where MQTT listens (default: ${DEFAULT-VALUE}).",
      converter = HostAndPort.Converter.class,
      defaultValue = "localhost:1883")
  private @Nullable HostAndPort broker;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The user's token (default: the demo user system's, demo-USER).")
  private @Nullable String token;

  Account account(UserId user) {
    HostAndPort there = Objects.requireNonNull(broker, "picocli gives the default");
    return token == null
        ? Account.demo(there.host(), there.port(), user)
        : new Account(there.host(), there.port(), user, token);
  }
}
