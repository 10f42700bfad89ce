package im.hongyan.ingest.routing;

import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.ingest.forward.ConnectionCommands;
import im.hongyan.ingest.forward.SessionCommands;
import im.hongyan.ingest.message.Acknowledgements;
import im.hongyan.ingest.message.EditingNotices;
import im.hongyan.ingest.message.MessageChanges;
import im.hongyan.ingest.message.ReadReports;
import im.hongyan.ingest.message.SendMessages;
import im.hongyan.model.HongyanException;
import im.hongyan.model.wire.ClientMessage;

/**
 * Who handles what.
 *
 * @param connections connected, auth, heatbeat, logout, status
 * @param sessions all session types
 * @param messages msg_send
 * @param changes msg_cancel, msg_edit, msg_react
 * @param acknowledgements msg_recv
 * @param reads msg_read
 * @param editing msg_editing
 */
record CommandHandlers(
    ConnectionCommands connections,
    SessionCommands sessions,
    SendMessages messages,
    MessageChanges changes,
    Acknowledgements acknowledgements,
    ReadReports reads,
    EditingNotices editing) {

  Answer handle(Command command) {
    return switch (command.request().message()) {
      case ClientMessage.Connected m -> connections.forward(command);
      case ClientMessage.Auth m -> connections.forward(command);
      case ClientMessage.Logout m -> connections.forward(command);
      case ClientMessage.SetStatus m -> connections.forward(command);
      case ClientMessage.Heartbeat m -> connections.forwardHeartbeat(command);
      case ClientMessage.SessionCreate m -> sessions.forward(command);
      case ClientMessage.SessionAddUser m -> sessions.forward(command);
      case ClientMessage.SessionRemoveUser m -> sessions.forward(command);
      case ClientMessage.SessionExit m -> sessions.forward(command);
      case ClientMessage.SessionUpdate m -> sessions.forward(command);
      case ClientMessage.SessionList m -> sessions.forward(command);
      case ClientMessage.MsgSend m -> messages.send(command, m);
      case ClientMessage.MsgRecv m -> acknowledgements.acknowledge(command, m);
      case ClientMessage.MsgRead m -> reads.read(command, m);
      case ClientMessage.MsgEditing m -> editing.editing(command, m);
      case ClientMessage.MsgCancel m -> changes.recall(command, m);
      case ClientMessage.MsgEdit m -> changes.edit(command, m);
      case ClientMessage.MsgReact m -> changes.react(command, m);
      case ClientMessage.MsgAccept m -> later(m);
      case ClientMessage.MsgRefuse m -> later(m);
      case ClientMessage.CallSignal m -> later(m);
      case ClientMessage.CallLeave m -> later(m);
      case ClientMessage.CallInvite m -> later(m);
      case ClientMessage.CallKick m -> later(m);
      case ClientMessage.CallState m -> later(m);
      case ClientMessage.Unknown m ->
          Answer.refused(
              HongyanException.badRequest(
                  "type: \"%.64s\" (expected: a type of the protocol)", m.type()));
    };
  }

  private static Answer later(ClientMessage message) {
    return Answer.refused(
        HongyanException.badRequest("type: %s (not supported by this version)", message.type()));
  }
}
