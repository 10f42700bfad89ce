package im.hongyan.bench.compare;

/** When the next message is sent. */
enum Pace {
  /** When the rate says so, whatever has become of those before. */
  FIXED,
  /** When one of those in flight is confirmed. */
  AS_CONFIRMED
}
