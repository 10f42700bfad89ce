package im.hongyan.mqtt.tcp;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keys and trust of an encrypted connection; the JDK's own where null.
 *
 * @param keys the service's own certificate
 * @param trust whom it trusts
 */
public record TlsMaterial(@Nullable KeyManagerFactory keys, @Nullable TrustManagerFactory trust) {
  /** No certificate of its own, and the JDK's trust store. */
  public static final TlsMaterial OF_THE_JDK = new TlsMaterial(null, null);
}
