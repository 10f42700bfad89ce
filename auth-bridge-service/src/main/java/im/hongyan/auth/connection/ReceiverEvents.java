package im.hongyan.auth.connection;

import im.hongyan.model.HongyanException;
import im.hongyan.model.event.ReceiverEvent;

/** Tells the owner of a receiver's outbox what happens to the receiver. */
public interface ReceiverEvents {
  /**
   * Tells, and waits until the event is durable.
   *
   * @throws HongyanException UNAVAILABLE where that is not known
   */
  void tell(ReceiverEvent.Connected event);

  /**
   * Tells, and waits until the event is durable.
   *
   * @throws HongyanException UNAVAILABLE where that is not known
   */
  void tell(ReceiverEvent.Disconnected event);
}
