package im.hongyan.amqp;

/** One event of a batch can never be handled. */
public final class PoisonEventException extends RuntimeException {
  private final int index;

  /**
   * Names the event.
   *
   * @param index its place in the list that the handler was given, from 0
   * @param reason a sentence for the operator who looks into the dead queue
   */
  public PoisonEventException(int index, String reason) {
    super(reason, null, false, false);
    this.index = index;
  }

  /** The event's place in the list that the handler was given, from 0. */
  public int index() {
    return index;
  }
}
