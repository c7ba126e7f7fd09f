package dev.sinter.processor.ir;

/**
 * Numbers of IEEE 754 binary16: (1 + f/1024)·2^(e − 15) with a fraction f of 10 bits and an
 * exponent e from 1 to 30; f·2⁻²⁴ with e = 0, the subnormals.
 */
public final class Half {
  /** Above the largest half, 65504, as much as the last step below it: halves round it away. */
  private static final double OVERFLOW = 65_520;

  private static final double SMALLEST_NORMAL = 0x1p-14;
  private static final int BIAS = 15;
  private static final int FRACTION = 10;

  private Half() {}

  /**
   * The half nearest to a number, of two equally near ones that with an even fraction. It is
   * rounded once: by way of a float, 1 + 2⁻¹¹ + 2⁻⁴⁰ would become 1 + 2⁻¹¹ and then 1, and not 1 +
   * 2⁻¹⁰.
   *
   * <p>Multiplying by a power of two is exact here, so that only {@link Math#rint} rounds; where it
   * rounds up to the next power of two, the carry goes into the exponent.
   *
   * @param value not NaN
   * @return its bits; infinity from 65,520 on
   */
  public static short bits(double value) {
    double magnitude = Math.abs(value);
    int bits;
    if (magnitude >= OVERFLOW) {
      bits = 31 << FRACTION;
    } else if (magnitude < SMALLEST_NORMAL) {
      bits = (int) Math.rint(magnitude * 0x1p24);
    } else {
      int exponent = Math.getExponent(magnitude);
      int significand = (int) Math.rint(Math.scalb(magnitude, FRACTION - exponent));
      bits = ((exponent + BIAS - 1) << FRACTION) + significand;
    }
    return (short) (Double.doubleToRawLongBits(value) < 0 ? bits | 0x8000 : bits);
  }

  /** What a half stands for. */
  public static double value(short bits) {
    int exponent = bits >>> FRACTION & 31;
    int fraction = bits & (1 << FRACTION) - 1;
    double magnitude;
    if (exponent == 31) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * 0x1p-24;
    } else {
      magnitude = Math.scalb(1.0 + fraction * 0x1p-10, exponent - BIAS);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
