package im.hongyan.model.event;

/** The names of the streams between the services; each is partitioned by its events' key. */
public final class Streams {
  /** {@link SessionEvent}s as they come in, keyed by session: ingest and session to moderation. */
  public static final String RECEIVED = "im.received";

  /**
   * {@link SessionEvent}s after moderation, keyed by session: moderation to fan-out; and what needs
   * no moderation, from ingest.
   */
  public static final String MODERATED = "im.moderated";

  /** {@link ReceiverEvent}s, keyed by receiver: to the owner of the receiver's outbox. */
  public static final String DELIVERIES = "im.deliveries";

  /** {@link PresenceEvent}s, keyed by user: to session-service, which knows his peers. */
  public static final String PRESENCE = "im.presence";

  /**
   * {@link SessionEvent.SessionChanged} and {@link SessionEvent.RequestAnswered} to every instance,
   * not partitioned, best effort.
   */
  public static final String BROADCAST = "im.events";

  private Streams() {}
}
