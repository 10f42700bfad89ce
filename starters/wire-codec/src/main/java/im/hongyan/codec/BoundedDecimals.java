package im.hongyan.codec;

import im.hongyan.model.HongyanException;
import java.io.Serial;
import java.math.BigDecimal;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ValueNode;

/**
 * Nodes of numbers that every client can read and every computation can bear: a few digits with a
 * large exponent make a number of a gigabyte for whoever writes it out, and none of a double.
 */
final class BoundedDecimals extends JsonNodeFactory {
  @Serial private static final long serialVersionUID = 1;

  private static final int MAX_SCALE = 1000;

  @Override
  public ValueNode numberNode(BigDecimal value) {
    if (Math.abs((long) value.scale()) > MAX_SCALE || Double.isInfinite(value.doubleValue())) {
      throw HongyanException.badRequest(
          "number: %s (expected: one in the range of a double)", value);
    }
    return super.numberNode(value);
  }
}
