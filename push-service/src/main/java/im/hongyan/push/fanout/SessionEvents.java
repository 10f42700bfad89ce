package im.hongyan.push.fanout;

import im.hongyan.amqp.PoisonEventException;
import im.hongyan.model.MessageId;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.EditRejected;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.MessageModerated;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.SessionEvent.MessageRejected;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.ReadReported;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.RequestAnswered;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import java.util.List;

/** What the events of a partition of sessions become. */
final class SessionEvents {
  private SessionEvents() {}

  /** Before anything is done for the others: they come again without it. */
  static void refuseWhatIsNotForHere(List<SessionEvent> events) {
    for (int i = 0; i < events.size(); i++) {
      switch (events.get(i)) {
        case MessageModerated moderated -> {}
        case MessageRejected rejected -> {}
        case EditRejected edit -> {}
        case SessionChanged changed -> {}
        case RecallRequested recall -> {}
        case EditModerated edit -> {}
        case ReactionRequested reaction -> {}
        case ReadReported report -> {}
        // Nobody has judged them.
        case EditRequested edit ->
            throw new PoisonEventException(i, "edit_requested (expected: edit_moderated)");
        case MessageReceived received ->
            throw new PoisonEventException(i, "message_received (expected: message_moderated)");
        case RequestAnswered answer ->
            throw new PoisonEventException(i, "request_answered (expected: a request)");
        case SessionEvent.Unknown unknown ->
            throw new PoisonEventException(i, "an event that this version does not know");
      }
    }
  }

  /** The id of the message that an event becomes. */
  static MessageId idOf(SessionEvent event) {
    return switch (event) {
      case MessageModerated moderated -> moderated.message().id();
      case MessageRejected rejected -> rejected.message().id();
      case EditRejected edit -> throw notForHere(edit);
      case SessionChanged changed -> ChangeNotice.id(changed);
      case RecallRequested recall -> MessageChangeNotice.id(recall);
      case EditModerated edit -> MessageChangeNotice.id(edit);
      case ReactionRequested reaction -> MessageChangeNotice.id(reaction);
      case EditRequested edit -> throw notForHere(edit);
      case ReadReported report -> throw notForHere(report);
      case MessageReceived received -> throw notForHere(received);
      case RequestAnswered answer -> throw notForHere(answer);
      case SessionEvent.Unknown unknown -> throw notForHere(unknown);
    };
  }

  static IllegalStateException notForHere(SessionEvent event) {
    return new IllegalStateException("fan-out: " + event.getClass() + " was let in");
  }
}
