package im.hongyan.auth.connection;

import im.hongyan.amqp.StreamPublisher;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import java.util.concurrent.CompletionException;

/** Tells through the stream of deliveries, in order with what is delivered to the receiver. */
final class StreamedReceiverEvents implements ReceiverEvents {
  private final StreamPublisher<ReceiverEvent> stream;

  StreamedReceiverEvents(StreamPublisher<ReceiverEvent> stream) {
    this.stream = stream;
  }

  @Override
  public void tell(ReceiverEvent.Connected event) {
    publish(event.receiver(), event);
  }

  @Override
  public void tell(ReceiverEvent.Disconnected event) {
    publish(event.receiver(), event);
  }

  private void publish(UserId receiver, ReceiverEvent event) {
    try {
      stream.publish(receiver.value(), event).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof HongyanException known) {
        throw known;
      }
      throw e;
    }
  }
}
