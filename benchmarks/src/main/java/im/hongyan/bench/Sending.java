package im.hongyan.bench;

import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.server.Target;
import picocli.CommandLine.Option;

/** Who sends and what: mixed into each command that sends messages. */
final class Sending {
  @Option(names = "--users", paramLabel = "N", defaultValue = "200", description = "users (200)")
  private int users;

  @Option(names = "--bytes", paramLabel = "B", defaultValue = "200", description = "text (200)")
  private int bytes;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "4",
      description = "messages a user sends ahead of their answers, where no rate is set (4)")
  private int inFlight;

  int users() {
    return users;
  }

  int bytes() {
    return bytes;
  }

  int inFlight() {
    return inFlight;
  }

  /** A plan with these, to which the command adds its own. */
  LoadPlan.Builder plan(Target target) {
    return LoadPlan.on(target).users(users).bytes(bytes).inFlight(inFlight);
  }
}
