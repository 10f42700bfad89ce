package im.hongyan.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.DeviceId;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends, without the fields that all messages share ({@link RequestHeader}). Each
 * record checks its own fields and fails with BAD_REQUEST; fields it does not know are ignored.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface ClientMessage {
  /** The message's {@code type} on the wire. */
  String type();

  /**
   * The record of a wire type.
   *
   * @return null where this version does not know the type; the message is then {@link Unknown}
   */
  static @Nullable Class<? extends ClientMessage> classOf(String type) {
    return Types.BY_NAME.get(type);
  }

  /** Every wire type that this version knows, aliases included. */
  static Map<String, Class<? extends ClientMessage>> types() {
    return Types.BY_NAME;
  }

  /**
   * The first message after connecting: authenticates, registers the connection, starts redelivery.
   *
   * @param device the device that speaks
   */
  record Connected(Device device) implements ClientMessage {
    /** Checks the fields. */
    public Connected {
      Fields.required("device", device, "the object {id, type}");
    }

    @Override
    public String type() {
      return "connected";
    }
  }

  /** Authenticates this connection (again); the token is in the header. */
  record Auth() implements ClientMessage {
    @Override
    public String type() {
      return "auth";
    }
  }

  /** I am still here. {@code heatbeat} is the customer's spelling, {@code heartbeat} an alias. */
  record Heartbeat() implements ClientMessage {
    @Override
    public String type() {
      return "heatbeat";
    }
  }

  /** Removes the connection; the user is offline when none is left. */
  record Logout() implements ClientMessage {
    @Override
    public String type() {
      return "logout";
    }
  }

  /**
   * The user's own state, shown to his peers.
   *
   * @param status {@code online} or {@code busy}
   */
  record SetStatus(UserStatus status) implements ClientMessage {
    /** Checks the fields. */
    public SetStatus {
      Fields.required("status", status, "online or busy");
    }

    @Override
    public String type() {
      return "status";
    }
  }

  /**
   * Opens a session with its first members.
   *
   * @param members whom the creator invites
   * @param name what it is called
   * @param kind {@code group} makes a group of two
   */
  record SessionCreate(List<UserId> members, @Nullable String name, @Nullable SessionKind kind)
      implements ClientMessage {
    /** Checks the fields. */
    public SessionCreate {
      members = Fields.nonEmptyList("members", members, "at least one user id");
      Fields.optionalText("name", name, 200);
    }

    @Override
    public String type() {
      return "session_create";
    }
  }

  /**
   * Invites members.
   *
   * @param session the session
   * @param members who is invited
   */
  record SessionAddUser(SessionId session, List<UserId> members) implements ClientMessage {
    /** Checks the fields. */
    public SessionAddUser {
      Fields.required("session", session, "a session id");
      members = Fields.nonEmptyList("members", members, "at least one user id");
    }

    @Override
    public String type() {
      return "session_add_user";
    }
  }

  /**
   * Removes members.
   *
   * @param session the session
   * @param members who has to go
   */
  record SessionRemoveUser(SessionId session, List<UserId> members) implements ClientMessage {
    /** Checks the fields. */
    public SessionRemoveUser {
      Fields.required("session", session, "a session id");
      members = Fields.nonEmptyList("members", members, "at least one user id");
    }

    @Override
    public String type() {
      return "session_remove_user";
    }
  }

  /**
   * The sender leaves.
   *
   * @param session the session
   */
  record SessionExit(SessionId session) implements ClientMessage {
    /** Checks the fields. */
    public SessionExit {
      Fields.required("session", session, "a session id");
    }

    @Override
    public String type() {
      return "session_exit";
    }
  }

  /**
   * Changes what a session is called and who administers it; what is absent stays.
   *
   * @param session the session
   * @param name what it is called
   * @param avatar link to its picture
   * @param muted whether the sender wants no offline pushes from it
   * @param admins who helps the owner
   */
  record SessionUpdate(
      SessionId session,
      @Nullable String name,
      @Nullable String avatar,
      @Nullable Boolean muted,
      @Nullable List<UserId> admins)
      implements ClientMessage {
    /** Checks the fields. */
    public SessionUpdate {
      Fields.required("session", session, "a session id");
      Fields.optionalText("name", name, 200);
      Fields.optionalText("avatar", avatar, 1000);
      admins = admins == null ? null : Fields.list("admins", admins);
    }

    @Override
    public String type() {
      return "session_update";
    }
  }

  /**
   * Asks for the sender's sessions, newest first.
   *
   * @param after where the last page ended
   * @param limit how many, 1 to 100, 50 when absent
   */
  record SessionList(@Nullable String after, @Nullable Integer limit) implements ClientMessage {
    /** Checks the fields. */
    public SessionList {
      Fields.optionalText("after", after, 200);
      Fields.range("limit", limit, 1, 100);
    }

    @Override
    public String type() {
      return "session_list";
    }
  }

  /**
   * Sends a message to a session.
   *
   * @param session the session
   * @param clientMsgId the client's name for the message, usually a time stamp
   * @param content what it says
   * @param expire seconds until it is worthless; 0 or absent is never
   */
  record MsgSend(SessionId session, String clientMsgId, Content content, @Nullable Integer expire)
      implements ClientMessage {
    /** Checks the fields. */
    public MsgSend {
      Fields.required("session", session, "a session id");
      Fields.text("clientMsgId", clientMsgId, 64);
      Fields.required("content", content, "a content object");
      Fields.range("expire", expire, 0, 2147483647);
    }

    @Override
    public String type() {
      return "msg_send";
    }
  }

  /**
   * Acknowledges a push.
   *
   * @param session the session
   * @param messagesendId the push
   * @param messagerecvId the message
   * @param upTo whether all pushes before it are acknowledged as well
   */
  record MsgRecv(
      SessionId session,
      DeliveryId messagesendId,
      @Nullable MessageId messagerecvId,
      @Nullable Boolean upTo)
      implements ClientMessage {
    /** Checks the fields. */
    public MsgRecv {
      Fields.required("session", session, "a session id");
      Fields.required("messagesendId", messagesendId, "a messagesendId");
    }

    @Override
    public String type() {
      return "msg_recv";
    }
  }

  /**
   * Recalls a message.
   *
   * @param session the session
   * @param messagerecvId the message
   */
  record MsgCancel(SessionId session, MessageId messagerecvId) implements ClientMessage {
    /** Checks the fields. */
    public MsgCancel {
      Fields.required("session", session, "a session id");
      Fields.required("messagerecvId", messagerecvId, "a messagerecvId");
    }

    @Override
    public String type() {
      return "msg_cancel";
    }
  }

  /**
   * Tells the other members that the sender is writing.
   *
   * @param session the session
   */
  record MsgEditing(SessionId session) implements ClientMessage {
    /** Checks the fields. */
    public MsgEditing {
      Fields.required("session", session, "a session id");
    }

    @Override
    public String type() {
      return "msg_editing";
    }
  }

  /**
   * Tells how far the sender has read.
   *
   * @param session the session
   * @param seq the last message read
   */
  record MsgRead(SessionId session, Long seq) implements ClientMessage {
    /** Checks the fields. */
    public MsgRead {
      Fields.required("session", session, "a session id");
      Fields.atLeast("seq", Fields.required("seq", seq, "a number"), 1);
    }

    @Override
    public String type() {
      return "msg_read";
    }
  }

  /**
   * Changes a message that the sender sent.
   *
   * @param session the session
   * @param messagerecvId the message
   * @param content what it says now
   */
  record MsgEdit(SessionId session, MessageId messagerecvId, Content content)
      implements ClientMessage {
    /** Checks the fields. */
    public MsgEdit {
      Fields.required("session", session, "a session id");
      Fields.required("messagerecvId", messagerecvId, "a messagerecvId");
      Fields.required("content", content, "a content object");
    }

    @Override
    public String type() {
      return "msg_edit";
    }
  }

  /**
   * Adds a reaction to a message, or takes it back.
   *
   * @param session the session
   * @param messagerecvId the message
   * @param reaction usually an emoji
   * @param remove whether it is taken back
   */
  record MsgReact(
      SessionId session, MessageId messagerecvId, String reaction, @Nullable Boolean remove)
      implements ClientMessage {
    /** Checks the fields. */
    public MsgReact {
      Fields.required("session", session, "a session id");
      Fields.required("messagerecvId", messagerecvId, "a messagerecvId");
      Fields.text("reaction", reaction, 32);
    }

    @Override
    public String type() {
      return "msg_react";
    }
  }

  /**
   * Accepts a call.
   *
   * @param session the session
   * @param messagesendId the push that rang
   * @param messagerecvId the call's message
   */
  record MsgAccept(SessionId session, DeliveryId messagesendId, @Nullable MessageId messagerecvId)
      implements ClientMessage {
    /** Checks the fields. */
    public MsgAccept {
      Fields.required("session", session, "a session id");
      Fields.required("messagesendId", messagesendId, "a messagesendId");
    }

    @Override
    public String type() {
      return "msg_accept";
    }
  }

  /**
   * Refuses a call.
   *
   * @param session the session
   * @param messagesendId the push that rang
   * @param messagerecvId the call's message
   */
  record MsgRefuse(SessionId session, DeliveryId messagesendId, @Nullable MessageId messagerecvId)
      implements ClientMessage {
    /** Checks the fields. */
    public MsgRefuse {
      Fields.required("session", session, "a session id");
      Fields.required("messagesendId", messagesendId, "a messagesendId");
    }

    @Override
    public String type() {
      return "msg_refuse";
    }
  }

  /**
   * Relays an SDP or an ICE candidate to another member of a call.
   *
   * @param session the session
   * @param messagerecvId the call's message
   * @param to to whom; absent is to all
   * @param signal the SDP or candidate, opaque
   */
  record CallSignal(
      SessionId session, MessageId messagerecvId, @Nullable UserId to, Map<String, Object> signal)
      implements ClientMessage {
    /** Checks the fields. */
    public CallSignal {
      Fields.required("session", session, "a session id");
      Fields.required("messagerecvId", messagerecvId, "a messagerecvId");
      Fields.required("signal", signal, "an object");
    }

    @Override
    public String type() {
      return "call_signal";
    }
  }

  /**
   * Leaves a call.
   *
   * @param session the session
   * @param messagerecvId the call's message
   */
  record CallLeave(SessionId session, MessageId messagerecvId) implements ClientMessage {
    /** Checks the fields. */
    public CallLeave {
      Fields.required("session", session, "a session id");
      Fields.required("messagerecvId", messagerecvId, "a messagerecvId");
    }

    @Override
    public String type() {
      return "call_leave";
    }
  }

  /**
   * Rings further members.
   *
   * @param session the session
   * @param messagerecvId the call's message
   * @param members who is rung
   */
  record CallInvite(SessionId session, MessageId messagerecvId, List<UserId> members)
      implements ClientMessage {
    /** Checks the fields. */
    public CallInvite {
      Fields.required("session", session, "a session id");
      Fields.required("messagerecvId", messagerecvId, "a messagerecvId");
      members = Fields.nonEmptyList("members", members, "at least one user id");
    }

    @Override
    public String type() {
      return "call_invite";
    }
  }

  /**
   * Removes members from a call.
   *
   * @param session the session
   * @param messagerecvId the call's message
   * @param members who has to go
   */
  record CallKick(SessionId session, MessageId messagerecvId, List<UserId> members)
      implements ClientMessage {
    /** Checks the fields. */
    public CallKick {
      Fields.required("session", session, "a session id");
      Fields.required("messagerecvId", messagerecvId, "a messagerecvId");
      members = Fields.nonEmptyList("members", members, "at least one user id");
    }

    @Override
    public String type() {
      return "call_kick";
    }
  }

  /**
   * Asks how a call stands.
   *
   * @param session the session
   * @param messagerecvId the call's message
   */
  record CallState(SessionId session, MessageId messagerecvId) implements ClientMessage {
    /** Checks the fields. */
    public CallState {
      Fields.required("session", session, "a session id");
      Fields.required("messagerecvId", messagerecvId, "a messagerecvId");
    }

    @Override
    public String type() {
      return "call_state";
    }
  }

  /**
   * A message of a type that this version does not know: answered with BAD_REQUEST.
   *
   * @param type the type it names
   */
  record Unknown(String type) implements ClientMessage {}

  /**
   * The device that speaks.
   *
   * @param id unique among the user's devices
   * @param type what it is, as the application calls it: {@code ios}, {@code web}...
   */
  record Device(DeviceId id, @Nullable String type) {
    /** Checks the fields. */
    public Device {
      Fields.required("device.id", id, "a device id");
      Fields.optionalText("device.type", type, 32);
    }
  }

  /** The wire types, each with its record. */
  final class Types {
    private static final Map<String, Class<? extends ClientMessage>> BY_NAME = byName();

    private Types() {}

    private static Map<String, Class<? extends ClientMessage>> byName() {
      Map<String, Class<? extends ClientMessage>> types = new LinkedHashMap<>();
      types.put("connected", Connected.class);
      types.put("auth", Auth.class);
      types.put("heatbeat", Heartbeat.class);
      types.put("heartbeat", Heartbeat.class);
      types.put("logout", Logout.class);
      types.put("status", SetStatus.class);
      types.put("session_create", SessionCreate.class);
      types.put("session_add_user", SessionAddUser.class);
      types.put("session_remove_user", SessionRemoveUser.class);
      types.put("session_exit", SessionExit.class);
      types.put("session_update", SessionUpdate.class);
      types.put("session_list", SessionList.class);
      types.put("msg_send", MsgSend.class);
      types.put("msg_recv", MsgRecv.class);
      types.put("msg_cancel", MsgCancel.class);
      types.put("msg_editing", MsgEditing.class);
      types.put("msg_read", MsgRead.class);
      types.put("msg_edit", MsgEdit.class);
      types.put("msg_react", MsgReact.class);
      types.put("msg_accept", MsgAccept.class);
      types.put("msg_refuse", MsgRefuse.class);
      types.put("call_signal", CallSignal.class);
      types.put("call_leave", CallLeave.class);
      types.put("call_invite", CallInvite.class);
      types.put("call_kick", CallKick.class);
      types.put("call_state", CallState.class);
      return Collections.unmodifiableMap(types);
    }
  }
}
