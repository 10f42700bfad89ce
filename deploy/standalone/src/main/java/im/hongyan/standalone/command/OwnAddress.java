package im.hongyan.standalone.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an address of this machine. */
final class OwnAddress implements ITypeConverter<InetAddress> {
  @Override
  public InetAddress convert(String typed) {
    try {
      InetAddress address = InetAddress.getByName(typed);
      if (!typed.isBlank()
          && (address.isAnyLocalAddress()
              || address.isLoopbackAddress()
              || NetworkInterface.getByInetAddress(address) != null)) {
        return address;
      }
    } catch (IOException e) {
      // Told below, with what was expected.
    }
    throw new TypeConversionException(
        "'%s' (expected: an address of this machine)".formatted(typed));
  }
}
