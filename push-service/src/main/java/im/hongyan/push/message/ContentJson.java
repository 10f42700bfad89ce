package im.hongyan.push.message;

/** Content as receivers get it: JSON in UTF-8. */
public final class ContentJson {
  private final byte[] utf8;

  ContentJson(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** The bytes themselves, which nobody changes. */
  public byte[] utf8() {
    return utf8;
  }
}
