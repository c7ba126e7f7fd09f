package dev.sinter.processor.emit;

import dev.sinter.processor.ir.Tensor;

/**
 * Takes out weights that floats hold only as subnormal numbers, with which many processors compute
 * much slower than with others.
 *
 * <p>Such a weight is below 2⁻¹²⁶, so n of them in a sum change it by less than n·2⁻¹²⁶·max|x|.
 * They become 0 in a row, the weights of one output, whose largest is at least n·2⁻¹⁰², n its
 * length: there, all together change the output by less than 2⁻²⁴·max|w|·max|x|, which is what the
 * rounding of the largest weight to float may change. Other rows stay as they are.
 */
final class Subnormals {
  private static final double SMALLEST_NORMAL = 0x1p-126;
  private static final double LARGE = 0x1p-102; // 2²⁴ times as much

  /**
   * The weights without them.
   *
   * @param weights a row along the first axis for each output
   */
  static Tensor flushed(Tensor weights) {
    if (weights.size() == 0) {
      return weights;
    }
    int rows = weights.shape().extent(0);
    int length = weights.size() / rows;
    double[] values = weights.toDoubles();
    boolean changed = false;
    for (int row = 0; row < rows; row++) {
      changed |= flush(values, row * length, length);
    }
    return changed ? Tensor.of(weights.shape(), values) : weights;
  }

  private static boolean flush(double[] values, int from, int length) {
    double largest = 0;
    boolean any = false;
    for (int i = from; i < from + length; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
      any |= isSubnormal(values[i]);
    }
    if (!any || largest < length * LARGE) {
      return false;
    }
    for (int i = from; i < from + length; i++) {
      values[i] = isSubnormal(values[i]) ? 0 : values[i];
    }
    return true;
  }

  private static boolean isSubnormal(double value) {
    return value != 0 && Math.abs((float) value) < SMALLEST_NORMAL;
  }

  private Subnormals() {}
}
