package im.hongyan.push.sync;

import im.hongyan.model.HongyanException;

/**
 * Up to where a device has got everything. Opaque to clients.
 *
 * @param place in the user's outbox
 * @param reads what he has read was told up to this time, milliseconds since 1970
 */
record SyncCursor(long place, long reads) {
  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws HongyanException BAD_REQUEST where it is no such thing
   */
  static SyncCursor parse(String text) {
    String[] parts = text.split("-", -1);
    try {
      if (parts.length == 2) {
        SyncCursor cursor = new SyncCursor(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        if (cursor.place >= 0 && cursor.reads >= 0) {
          return cursor;
        }
      }
    } catch (NumberFormatException e) {
      // The same as any other nonsense.
    }
    throw HongyanException.badRequest(
        "after: \"%.64s\" (expected: the \"next\" of an answer)", text);
  }

  @Override
  public String toString() {
    return place + "-" + reads;
  }
}
