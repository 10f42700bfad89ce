package im.hongyan.standalone.command;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code HOST:PORT}, as a human types it.
 *
 * @param host a name or an address
 * @param port from 1
 */
record HostAndPort(String host, int port) {
  @Override
  public String toString() {
    return host + ":" + port;
  }

  /** Reads it. */
  static final class Converter implements ITypeConverter<HostAndPort> {
    @Override
    public HostAndPort convert(String typed) {
      try {
        URI there = new URI(null, typed, null, null, null);
        if (there.getHost() != null
            && there.getUserInfo() == null
            && ListeningPort.isPort(there.getPort())
            && there.getPort() > 0) {
          return new HostAndPort(there.getHost(), there.getPort());
        }
      } catch (URISyntaxException e) {
        // Told below, with what was expected.
      }
      throw new TypeConversionException("'%s' (expected: HOST:PORT)".formatted(typed));
    }
  }
}
