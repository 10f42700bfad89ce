package im.hongyan.bench.flat;

/**
 * Median times of an operation, in milliseconds.
 *
 * @param fewMs with few messages stored
 * @param manyMs with many
 */
public record Cost(double fewMs, double manyMs) {
  /** How much more it takes with many. */
  public double ratio() {
    return manyMs / fewMs;
  }
}
