package im.hongyan.amqp;

import java.util.List;

/**
 * How events become bytes. One AMQP message carries one or more events: {@link #join} packs events
 * that were encoded one by one, {@link #decode} reads them all.
 *
 * @param <E> the events of a stream
 */
public interface EventCodec<E> {
  /**
   * One event as bytes.
   *
   * @throws RuntimeException when it cannot be written
   */
  byte[] encode(E event);

  /** The body of a message that carries these encoded events (none as well), in this order. */
  byte[] join(List<byte[]> encoded);

  /**
   * All events of a message's body, in order.
   *
   * @throws RuntimeException when one of them cannot be read
   */
  List<E> decode(byte[] body);

  /**
   * Undoes {@link #join} without understanding the events, so that one that cannot be read does not
   * take its neighbours with it.
   *
   * @throws RuntimeException when even that cannot be done
   */
  List<byte[]> split(byte[] body);
}
