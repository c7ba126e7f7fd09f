package dev.sinter.kernel;

/** Numbers of at most 32 bits, widened to floats. No float is lost: each number is one. */
final class Narrow {
  private Narrow() {}

  /**
   * A number as a float.
   *
   * @param bits the number in the lowest bits; what the others are does not matter
   * @param width 32 for a float, 16 for a half, 8 for an integer from −128 to 127
   */
  static float widened(int bits, int width) {
    return width == 32 ? Float.intBitsToFloat(bits) : width == 16 ? half(bits) : (byte) bits;
  }

  /**
   * An IEEE 754 binary16: a sign, 5 bits of exponent e and 10 of fraction f, which are (1 +
   * f/1024)·2^(e − 15); with e = 0, f·2⁻²⁴; with e = 31, infinite or, where f is not 0, no number.
   */
  private static float half(int bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >>> 10 & 31;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
    }
    int wide = exponent == 31 ? 255 : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
