package im.hongyan.push.fanout;

import im.hongyan.model.HongyanException;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.MessageChange;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.ContentType;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.Reaction;
import im.hongyan.push.message.StoredMessage;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what to a message. Recall it: its sender for a while, the owner and the admins of the
 * session always. Edit it: its sender for a while. React to it: every member. Time is that of the
 * request's acceptance, so that a request which comes again is judged as before.
 */
final class MessageChangeRules {
  private final MessageChangeProperties properties;
  private final ContentBson contents;

  MessageChangeRules(MessageChangeProperties properties, ContentBson contents) {
    this.properties = properties;
    this.contents = contents;
  }

  /**
   * Why a message is not changed.
   *
   * @param message what is stored under the id that the request names
   * @return NOT_FOUND, FORBIDDEN or CONFLICT; empty where it is changed, or is so already
   */
  Optional<HongyanException> refusalOf(MessageChange change, @Nullable StoredMessage message) {
    // A rejected one is there for nobody.
    if (message == null || !message.session().equals(change.session()) || message.rejected()) {
      return Optional.of(
          HongyanException.notFound(
              "messagerecvId: %s (expected: a message of session %s)",
              change.message(), change.session()));
    }
    if (message.clientMsgId() == null) {
      return Optional.of(
          HongyanException.forbidden(
              "messagerecvId: %s is what the server told (expected: what a member has sent)",
              change.message()));
    }
    return switch (change) {
      case RecallRequested recall -> refusalOf(recall, message);
      case EditModerated edit -> refusalOf(edit, message);
      case ReactionRequested reaction -> refusalOf(reaction, message);
    };
  }

  /** Whether nothing is left to be done, and nobody to be told. */
  boolean isDone(MessageChange change, StoredMessage message) {
    return switch (change) {
      // Who has to be told of a recall is not known here.
      case RecallRequested recall -> false;
      case EditModerated edit ->
          Arrays.equals(contents.toJson(contents.toBson(edit.dealt())), message.content().utf8());
      case ReactionRequested reaction -> has(message, reaction) != reaction.remove();
    };
  }

  private Optional<HongyanException> refusalOf(RecallRequested recall, StoredMessage message) {
    if (recall.keeper()) {
      return Optional.empty();
    }
    if (!message.sender().equals(recall.actor())) {
      return Optional.of(
          HongyanException.forbidden(
              "%s may not recall a message of %s (expected: its sender, the owner or an admin)",
              recall.actor(), message.sender()));
    }
    return message.cancelled()
        ? Optional.empty()
        : tooOld(recall, message, properties.cancelWindow());
  }

  private Optional<HongyanException> refusalOf(EditModerated edit, StoredMessage message) {
    if (!message.sender().equals(edit.actor())) {
      return Optional.of(
          HongyanException.forbidden(
              "%s may not edit a message of %s (expected: its sender)",
              edit.actor(), message.sender()));
    }
    if (message.cancelled()) {
      return Optional.of(recalled(message));
    }
    for (Content content : new Content[] {edit.edit().content(), before(message)}) {
      if (isCall(content)) {
        return Optional.of(
            HongyanException.forbidden(
                "content.type: %s (expected: anything but a call)", content.type().wireName()));
      }
    }
    if (message.edits().size() >= properties.maxEdits() && !isDone(edit, message)) {
      return Optional.of(
          HongyanException.conflict(
              "the message was edited %d times (expected: less than %d)",
              message.edits().size(), properties.maxEdits()));
    }
    return tooOld(edit, message, properties.editWindow());
  }

  private Optional<HongyanException> refusalOf(ReactionRequested reaction, StoredMessage message) {
    if (message.cancelled()) {
      return Optional.of(recalled(message));
    }
    boolean full = message.reactions().size() >= properties.maxReactions();
    return full && !reaction.remove() && !has(message, reaction)
        ? Optional.of(
            HongyanException.conflict(
                "the message has %d reactions (expected: less than %d)",
                message.reactions().size(), properties.maxReactions()))
        : Optional.empty();
  }

  private Content before(StoredMessage message) {
    return contents.fromJson(message.content().utf8());
  }

  private static boolean isCall(Content content) {
    return content.type() == ContentType.LIVEAUDIO || content.type() == ContentType.LIVEVIDEO;
  }

  private static boolean has(StoredMessage message, ReactionRequested reaction) {
    return message.reactions().contains(new Reaction(reaction.actor(), reaction.reaction()));
  }

  private static HongyanException recalled(StoredMessage message) {
    return HongyanException.conflict("messagerecvId: %s was recalled", message.id());
  }

  private static Optional<HongyanException> tooOld(
      MessageChange change, StoredMessage message, Duration window) {
    long age = change.at() - message.createdAt();
    return age > window.toMillis()
        ? Optional.of(
            HongyanException.conflict(
                "the message is %d ms old (expected: at most %d)", age, window.toMillis()))
        : Optional.empty();
  }
}
