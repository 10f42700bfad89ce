package im.hongyan.standalone.service;

import org.springframework.http.client.ReactorResourceFactory;

/**
 * The event loops and connection pools of all services. A service that stops leaves them alone; the
 * process disposes of them at its end.
 */
public final class SharedNetty extends ReactorResourceFactory implements AutoCloseable {
  /** Event loops and pools that belong to this process and to no service. */
  public SharedNetty() {
    setUseGlobalResources(false);
    start();
  }

  /** Does nothing: another service still needs them. */
  @Override
  public void stop() {}

  /** Does nothing: another service still needs them. */
  @Override
  public void destroy() {}

  /** Disposes of them, when no service runs any more. */
  @Override
  public void close() {
    super.stop();
  }
}
