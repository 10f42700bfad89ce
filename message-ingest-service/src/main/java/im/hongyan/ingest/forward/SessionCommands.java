package im.hongyan.ingest.forward;

import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.session.client.SessionServiceClient;
import java.util.Optional;

/** What session-service answers. Thread-safe, never blocks. */
public final class SessionCommands {
  private final SessionServiceClient sessions;
  private final Questions questions;

  SessionCommands(SessionServiceClient sessions, Questions questions) {
    this.sessions = sessions;
    this.questions = questions;
  }

  /** Hands a command over; the sender's later commands, which may build on it, wait. */
  public Answer forward(Command command) {
    return Answer.whole(
        questions.ask(
            command.sender(),
            () -> Optional.of(sessions.command(command.sender().value(), command.raw()))));
  }
}
