package im.hongyan.ingest.message;

import im.hongyan.ingest.forward.Questions;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.SessionView;
import im.hongyan.session.client.SessionDirectory;
import java.util.concurrent.CompletableFuture;

/** Asks the directory: at once for what it remembers, on another thread for the rest. */
final class DirectoryMemberships implements Memberships {
  private final SessionDirectory directory;
  private final Questions questions;

  DirectoryMemberships(SessionDirectory directory, Questions questions) {
    this.directory = directory;
    this.questions = questions;
  }

  @Override
  public CompletableFuture<SessionView> of(SessionId session, UserId user) {
    return directory
        .remembered(session, user)
        .map(CompletableFuture::completedFuture)
        .orElseGet(() -> questions.ask(user, () -> directory.memberView(session, user)));
  }
}
