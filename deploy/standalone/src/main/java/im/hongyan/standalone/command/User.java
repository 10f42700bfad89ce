package im.hongyan.standalone.command;

import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a user id. */
final class User implements ITypeConverter<UserId> {
  @Override
  public UserId convert(String typed) {
    try {
      return new UserId(typed);
    } catch (HongyanException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
