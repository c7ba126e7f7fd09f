package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;

/** What {@link Op.Binary} makes of two elements, and what their errors come to. */
final class Operation {
  private Operation() {}

  /**
   * The magnitude of a quotient or a power is that of its total differential, and what computing it
   * loses; of the smaller or the larger it is the larger of both, as they may change places.
   *
   * @param m the magnitude of a
   * @param n the magnitude of b
   */
  static void apply(
      Op.Binary.Operation operation, double a, double m, double b, double n, Value y, int index) {
    switch (operation) {
      case ADD -> y.set(index, a + b, m + n);
      case SUBTRACT -> y.set(index, a - b, m + n);
      case MULTIPLY -> y.set(index, a * b, m * n);
      case DIVIDE -> y.set(index, a / b, (m + Math.abs(a / b) * n) / Math.abs(b));
      case POWER -> {
        double power = StrictMath.pow(a, b);
        double first = Math.abs(b * StrictMath.pow(a, b - 1)) * m;
        double second = a > 0 ? Math.abs(power * StrictMath.log(a)) * n : 0;
        y.set(index, power, first + second + Math.abs(power));
      }
      case MINIMUM -> y.set(index, Math.min(a, b), Math.max(m, n));
      case MAXIMUM -> y.set(index, Math.max(a, b), Math.max(m, n));
    }
  }
}
