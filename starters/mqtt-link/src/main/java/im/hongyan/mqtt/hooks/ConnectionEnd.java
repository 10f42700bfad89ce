package im.hongyan.mqtt.hooks;

/** How a connection ended. */
public enum ConnectionEnd {
  /** The client said goodbye; its will is void. */
  GRACEFUL,
  /** The network or the client died, or the client asked for its will. */
  LOST,
  /** The same client id connected again; the new connection goes on where this one stopped. */
  TAKEN_OVER,
  /** The broker ended it, because of a violation or on request. */
  BY_SERVER
}
