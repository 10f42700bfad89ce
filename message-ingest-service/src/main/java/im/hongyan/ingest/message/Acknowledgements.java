package im.hongyan.ingest.message;

import im.hongyan.amqp.StreamPublisher;
import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Acknowledged;
import im.hongyan.model.wire.ClientMessage.MsgRecv;
import im.hongyan.model.wire.Reply;

/** Hands acknowledgements of pushes to the owner of the receiver's outbox. */
public final class Acknowledgements {
  private final StreamPublisher<ReceiverEvent> deliveries;

  Acknowledgements(StreamPublisher<ReceiverEvent> deliveries) {
    this.deliveries = deliveries;
  }

  /** Publishes an acknowledgement and answers once it is durable. */
  public Answer acknowledge(Command command, MsgRecv message) {
    Acknowledged event =
        new Acknowledged(
            command.sender(), message.messagesendId(), Boolean.TRUE.equals(message.upTo()));
    return Answer.placed(
        deliveries
            .publish(command.sender().value(), event)
            .thenApply(
                durable ->
                    Reply.ok(message.type(), command.sender())
                        .withDelivery(message.messagesendId(), message.messagerecvId())));
  }
}
