package im.hongyan.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** What the services of the suite know one another by. */
public final class ServiceSecret {
  /** The header that carries it. */
  public static final String HEADER = "X-Hongyan-Service";

  private final @Nullable String value;

  /**
   * A secret.
   *
   * @param value null where none is configured
   */
  public ServiceSecret(@Nullable String value) {
    this.value = value;
  }

  /** The secret itself, null where none is configured. */
  public @Nullable String value() {
    return value;
  }

  /** Whether there is a secret and {@code shown} is it; takes the same time for every wrong one. */
  public boolean matches(@Nullable String shown) {
    return value != null
        && shown != null
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return value == null ? "ServiceSecret[none]" : "ServiceSecret[set]";
  }
}
