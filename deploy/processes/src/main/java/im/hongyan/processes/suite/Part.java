package im.hongyan.processes.suite;

/** The services of the suite. */
public enum Part {
  /** The clients' door. */
  GATEWAY("gateway-service", 128),
  /** Who is who, and who is there. */
  AUTH_BRIDGE("auth-bridge-service", 160),
  /** Conversations. */
  SESSION("session-service", 128),
  /** What clients send. */
  INGEST("message-ingest-service", 192),
  /** What may be said. */
  MODERATION("moderation-service", 128),
  /** What clients get. */
  PUSH("push-service", 256);

  private final String module;
  private final int heapMegabytes;

  Part(String module, int heapMegabytes) {
    this.module = module;
    this.heapMegabytes = heapMegabytes;
  }

  /** Its module, whose folder has its jar. */
  public String module() {
    return module;
  }

  int heapMegabytes() {
    return heapMegabytes;
  }
}
