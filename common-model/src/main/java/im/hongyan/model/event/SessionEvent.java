package im.hongyan.model.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import im.hongyan.model.DeviceId;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.SessionView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a session, in the session's order: the events of the streams {@link
 * Streams#RECEIVED} and {@link Streams#MODERATED}, keyed by {@link #session()}.
 */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "event",
    defaultImpl = SessionEvent.Unknown.class)
@JsonSubTypes({
  @JsonSubTypes.Type(value = SessionEvent.MessageReceived.class, name = "message_received"),
  @JsonSubTypes.Type(value = SessionEvent.MessageModerated.class, name = "message_moderated"),
  @JsonSubTypes.Type(value = SessionEvent.MessageRejected.class, name = "message_rejected"),
  @JsonSubTypes.Type(value = SessionEvent.RecallRequested.class, name = "recall_requested"),
  @JsonSubTypes.Type(value = SessionEvent.EditRequested.class, name = "edit_requested"),
  @JsonSubTypes.Type(value = SessionEvent.EditModerated.class, name = "edit_moderated"),
  @JsonSubTypes.Type(value = SessionEvent.EditRejected.class, name = "edit_rejected"),
  @JsonSubTypes.Type(value = SessionEvent.ReactionRequested.class, name = "reaction_requested"),
  @JsonSubTypes.Type(value = SessionEvent.RequestAnswered.class, name = "request_answered"),
  @JsonSubTypes.Type(value = SessionEvent.ReadReported.class, name = "read_reported"),
  @JsonSubTypes.Type(value = SessionEvent.SessionChanged.class, name = "session_changed"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public sealed interface SessionEvent {
  /** The session it happens in; null where a later version's event names none. */
  @Nullable SessionId session();

  /**
   * A member has sent a message, and it is durable.
   *
   * @param id its id, derived from its name
   * @param session where it was sent
   * @param sender who sent it
   * @param device the sending device where the message carried it
   * @param clientMsgId the sender's name for it
   * @param content as the sender wrote it
   * @param expire seconds after {@code createdAt}; 0 is never
   * @param createdAt when it was accepted, milliseconds since 1970
   */
  record MessageReceived(
      MessageId id,
      SessionId session,
      UserId sender,
      @Nullable DeviceId device,
      String clientMsgId,
      Content content,
      int expire,
      long createdAt)
      implements SessionEvent {}

  /**
   * Moderation has let a message through.
   *
   * @param message as it was received
   * @param deal what receivers get; absent where it is the content as received
   */
  record MessageModerated(MessageReceived message, @Nullable Content deal) implements SessionEvent {
    @Override
    public SessionId session() {
      return message.session();
    }

    /** What receivers get. */
    public Content dealt() {
      return deal == null ? message.content() : deal;
    }
  }

  /**
   * Moderation has refused a message: nobody gets it, and its sender is told. It takes its place in
   * the session all the same, since it was accepted.
   *
   * @param message as it was received
   * @param reason which rule refused it; not for the sender
   */
  record MessageRejected(MessageReceived message, String reason) implements SessionEvent {
    @Override
    public SessionId session() {
      return message.session();
    }
  }

  /**
   * A member wants something to become of a message. Whether it does is decided in the session's
   * order, behind the message itself, and told by {@link RequestAnswered}.
   */
  sealed interface MessageChange permits RecallRequested, EditModerated, ReactionRequested {
    /** The message that is to be changed. */
    MessageId message();

    /** Where it was sent, as the member says. */
    SessionId session();

    /** Who asks. */
    UserId actor();

    /** Names the request: its answer carries it. */
    String request();

    /** When he asked, milliseconds since 1970. */
    long at();
  }

  /**
   * A member wants a message recalled. The components are those of {@link MessageChange}.
   *
   * @param keeper whether he owns or administers the session, and so may recall anybody's message
   *     at any time
   */
  record RecallRequested(
      MessageId message, SessionId session, UserId actor, boolean keeper, String request, long at)
      implements SessionEvent, MessageChange {}

  /**
   * A member wants a message of his to say something else; nobody has judged that yet. The
   * components are those of {@link MessageChange}.
   *
   * @param content as he wrote it
   */
  record EditRequested(
      MessageId message, SessionId session, UserId actor, Content content, String request, long at)
      implements SessionEvent {}

  /**
   * Moderation has let an edit through.
   *
   * @param edit as it was requested
   * @param deal what receivers get; absent where it is the content as it was written
   */
  record EditModerated(EditRequested edit, @Nullable Content deal)
      implements SessionEvent, MessageChange {
    @Override
    public MessageId message() {
      return edit.message();
    }

    @Override
    public SessionId session() {
      return edit.session();
    }

    @Override
    public UserId actor() {
      return edit.actor();
    }

    @Override
    public String request() {
      return edit.request();
    }

    @Override
    public long at() {
      return edit.at();
    }

    /** What receivers get. */
    public Content dealt() {
      return deal == null ? edit.content() : deal;
    }
  }

  /**
   * Moderation has refused an edit: the message stays as it is.
   *
   * @param edit as it was requested
   * @param reason which rule refused it; not for him who asked
   */
  record EditRejected(EditRequested edit, String reason) implements SessionEvent {
    @Override
    public SessionId session() {
      return edit.session();
    }
  }

  /**
   * A member reacts to a message, or takes that back. The components are those of {@link
   * MessageChange}.
   *
   * @param reaction usually an emoji
   * @param remove whether it is taken back
   */
  record ReactionRequested(
      MessageId message,
      SessionId session,
      UserId actor,
      String reaction,
      boolean remove,
      String request,
      long at)
      implements SessionEvent, MessageChange {}

  /**
   * What has been decided about a {@link MessageChange}, to whoever took it in; told to {@link
   * Streams#BROADCAST} alone. Best effort: who does not hear it asks again.
   *
   * @param session of the request
   * @param request the request's name
   * @param errcode 0 where the message is as it was wanted
   * @param errmsg why it is not
   */
  record RequestAnswered(
      SessionId session, String request, ErrorCode errcode, @Nullable String errmsg)
      implements SessionEvent {}

  /**
   * A member has read messages. Says nothing that would have to be judged, so it goes to {@link
   * Streams#MODERATED} at once.
   *
   * @param session where
   * @param reader who
   * @param seq the last message that he has read, as he says: it need not be there
   * @param at when he said so, milliseconds since 1970
   */
  record ReadReported(SessionId session, UserId reader, long seq, long at)
      implements SessionEvent {}

  /**
   * Who or what a session is has changed. Told in the session's own order and to {@link
   * Streams#BROADCAST}, so that caches forget.
   *
   * @param after the session after the change
   * @param change what changed: the type of the request, {@code session_create}, {@code
   *     session_add_user}...
   * @param actor who changed it
   * @param added who came in
   * @param removed who is no longer in it
   * @param at when, milliseconds since 1970
   */
  record SessionChanged(
      SessionView after,
      String change,
      UserId actor,
      List<UserId> added,
      List<UserId> removed,
      long at)
      implements SessionEvent {
    @Override
    public SessionId session() {
      return after.id();
    }
  }

  /**
   * An event of a later version. What it asks for is not known, so it is never passed over: it goes
   * to the dead queue, from where it can be sent again after the upgrade.
   *
   * @param session where it happened
   */
  record Unknown(@Nullable SessionId session) implements SessionEvent {}
}
