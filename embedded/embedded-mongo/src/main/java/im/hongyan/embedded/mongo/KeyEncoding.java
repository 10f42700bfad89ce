package im.hongyan.embedded.mongo;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.LegacyUUID;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as bytes whose unsigned order is the order of the values, each value delimiting
 * itself: so a compound key is its values one after the other, and everything that begins with the
 * same values is one range.
 *
 * <p>Equal values have equal bytes whatever their number type. The order of types is MongoDB's.
 */
final class KeyEncoding {
  /** Greater than every first byte of a value and of a record id. */
  static final int AFTER_ALL = 0xFF;

  private static final int END = 0;
  private static final int MIN_KEY = 1;
  private static final int EMPTY_ARRAY = 2;
  private static final int NULL = 3;
  private static final int NUMBER = 4;
  private static final int STRING = 5;
  private static final int DOCUMENT = 6;
  private static final int LIST = 7;
  private static final int BINARY = 8;
  private static final int LEGACY_UUID = 9;
  private static final int UNIQUE_ID = 10;
  private static final int OBJECT_ID = 11;
  private static final int BOOLEAN = 12;
  private static final int DATE = 13;
  private static final int TIMESTAMP = 14;
  private static final int REGEX = 15;
  private static final int MAX_KEY = 16;

  private static final int BAD_VALUE = 2;
  private static final int REMAINDER_BIAS = 0x8000;

  private final Bytes out = new Bytes(64);

  /** The bytes of a single value. */
  static byte[] of(@Nullable Object value) {
    return new KeyEncoding().value(value).toBytes();
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  KeyEncoding bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  KeyEncoding oneByte(int value) {
    out.write(value);
    return this;
  }

  KeyEncoding recordId(long id) {
    bigEndian(id, 8);
    return this;
  }

  KeyEncoding emptyArray() {
    out.write(EMPTY_ARRAY);
    return this;
  }

  KeyEncoding value(@Nullable Object value) {
    switch (value) {
      case null -> out.write(NULL);
      case Missing ignored -> out.write(NULL);
      case Number number -> number(number);
      case String text -> {
        out.write(STRING);
        text(text);
      }
      case Instant instant -> {
        out.write(DATE);
        bigEndian(instant.toEpochMilli() ^ Long.MIN_VALUE, 8);
      }
      case ObjectId id -> {
        out.write(OBJECT_ID);
        out.writeBytes(id.toByteArray());
      }
      case Boolean flag -> {
        out.write(BOOLEAN);
        out.write(flag ? 1 : 0);
      }
      case UUID id -> {
        out.write(UNIQUE_ID);
        bigEndian(id.getMostSignificantBits(), 8);
        bigEndian(id.getLeastSignificantBits(), 8);
      }
      case LegacyUUID id -> {
        out.write(LEGACY_UUID);
        bigEndian(id.getUuid().getMostSignificantBits(), 8);
        bigEndian(id.getUuid().getLeastSignificantBits(), 8);
      }
      case Map<?, ?> document -> {
        out.write(DOCUMENT);
        document.forEach(
            (name, field) -> {
              value(field);
              text(String.valueOf(name));
            });
        out.write(END);
      }
      case Collection<?> list -> {
        out.write(LIST);
        list.forEach(this::value);
        out.write(END);
      }
      case BinData data -> {
        out.write(BINARY);
        bigEndian(data.getData().length, 4);
        out.writeBytes(data.getData());
      }
      case BsonTimestamp timestamp -> {
        out.write(TIMESTAMP);
        bigEndian(timestamp.getValue(), 8);
      }
      case BsonRegularExpression regex -> {
        out.write(REGEX);
        text(regex.getPattern());
        text(String.valueOf(regex.getOptions()));
      }
      case MinKey ignored -> out.write(MIN_KEY);
      case MaxKey ignored -> out.write(MAX_KEY);
      default ->
          throw new MongoServerError(
              BAD_VALUE,
              "BadValue",
              "cannot index a value of type " + value.getClass().getSimpleName());
    }
    return this;
  }

  /** Whether {@code $gt} and its kin with this operand are ranges of bytes. */
  static boolean isRangeOperand(@Nullable Object operand) {
    return operand instanceof Number
        || operand instanceof String
        || operand instanceof Instant
        || operand instanceof ObjectId
        || operand instanceof Boolean
        || operand instanceof UUID;
  }

  /** The least bytes of a value of the type that {@code encoded} has. */
  static byte[] leastOfType(byte[] encoded) {
    return new byte[] {encoded[0]};
  }

  /** Bytes after every value of the type that {@code encoded} has, and before all later types. */
  static byte[] afterType(byte[] encoded) {
    return new byte[] {(byte) (encoded[0] + 1)};
  }

  /** The double's bits, made ordered, then what a long has beyond it. */
  private void number(Number number) {
    double nearest = number.doubleValue();
    int remainder = 0;
    if (number instanceof Long exact) {
      remainder = (int) (exact - (long) nearest);
    } else if (number instanceof Decimal128 decimal
        && decimal.toBigDecimal().compareTo(new java.math.BigDecimal(nearest)) != 0) {
      throw new MongoServerError(
          BAD_VALUE, "BadValue", "cannot index the decimal " + decimal + " without loss");
    }
    long bits = Double.doubleToLongBits(nearest == 0 ? 0.0 : nearest);
    out.write(NUMBER);
    bigEndian(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE, 8);
    bigEndian(remainder + REMAINDER_BIAS, 2);
  }

  /** In the order of UTF-16 units, as {@link String#compareTo} has it, ended by a zero byte. */
  private void text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= 1) {
        out.write(1);
        out.write(c + 1);
      } else if (c < 0x80) {
        out.write(c);
      } else if (c < 0x800) {
        out.write(0xC0 | (c >> 6));
        out.write(0x80 | (c & 0x3F));
      } else {
        out.write(0xE0 | (c >> 12));
        out.write(0x80 | ((c >> 6) & 0x3F));
        out.write(0x80 | (c & 0x3F));
      }
    }
    out.write(END);
  }

  private void bigEndian(long value, int length) {
    out.writeNumber(value, length);
  }
}
