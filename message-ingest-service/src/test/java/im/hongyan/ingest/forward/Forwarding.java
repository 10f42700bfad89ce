package im.hongyan.ingest.forward;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.session.client.SessionServiceClient;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Makes the forward feature for tests of what stands on it. */
public record Forwarding(
    Questions questions, ConnectionCommands connections, SessionCommands sessions) {
  public static Forwarding to(
      AuthBridgeClient authBridge, SessionServiceClient sessions, Executor threads) {
    Questions questions = new Questions(threads, 100, 8);
    return new Forwarding(
        questions,
        new ConnectionCommands(authBridge, questions, Duration.ZERO, 100, Duration.ofMinutes(1)),
        new SessionCommands(sessions, questions));
  }
}
