package im.hongyan.standalone.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a port to listen on; 0 stands for any free one. */
final class ListeningPort implements ITypeConverter<Integer> {
  private static final int HIGHEST = 65_535;

  @Override
  public Integer convert(String typed) {
    try {
      int port = Integer.parseInt(typed);
      if (isPort(port)) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below, with what was expected.
    }
    throw new TypeConversionException("'%s' (expected: 0 to %d)".formatted(typed, HIGHEST));
  }

  static boolean isPort(int number) {
    return number >= 0 && number <= HIGHEST;
  }
}
