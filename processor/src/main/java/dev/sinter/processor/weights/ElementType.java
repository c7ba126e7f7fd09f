package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * The types of elements, under the names that safetensors gives them. Each is widened exactly: to
 * float if every value is one, else to double.
 */
enum ElementType {
  F64(8, "f8", true, ByteBuffer::getDouble),
  F32(4, "f4", false, ByteBuffer::getFloat),
  F16(2, "f2", false, (data, at) -> half(data.getShort(at))),
  /** The upper half of a float32. NumPy has no such type. */
  BF16(2, "", false, (data, at) -> Float.intBitsToFloat(data.getShort(at) << 16)),
  I64(8, "i8", true, (data, at) -> signed(data.getLong(at))),
  I32(4, "i4", true, ByteBuffer::getInt),
  I16(2, "i2", false, ByteBuffer::getShort),
  I8(1, "i1", false, ByteBuffer::get),
  U64(8, "u8", true, (data, at) -> unsigned(data.getLong(at))),
  U32(4, "u4", true, (data, at) -> data.getInt(at) & 0xFFFF_FFFFL),
  U16(2, "u2", false, (data, at) -> data.getShort(at) & 0xFFFF),
  U8(1, "u1", false, (data, at) -> data.get(at) & 0xFF),
  BOOL(1, "b1", false, (data, at) -> truth(data.get(at)));

  /** Gives an element as a double; NaN, for types without NaN, if no double is equal to it. */
  private interface Widening {
    double at(ByteBuffer data, int position);
  }

  private final int size;
  private final String numpy;
  private final boolean wide;

  @SuppressWarnings("ImmutableEnumChecker") // The lambdas above have no state.
  private final Widening widening;

  ElementType(int size, String numpy, boolean wide, Widening widening) {
    this.size = size;
    this.numpy = numpy;
    this.wide = wide;
    this.widening = widening;
  }

  /** The type of this name in safetensors: {@code "BF16"}. */
  static Optional<ElementType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** The type of this kind and size in NumPy: {@code "f4"}. */
  static Optional<ElementType> numpy(String code) {
    return Arrays.stream(values()).filter(type -> type.numpy.equals(code)).findFirst();
  }

  /** A tensor of this type. */
  Container.Stored stored(Shape shape) {
    BigInteger bytes = bytes(shape);
    return new Container.Stored(
        words(), shape, bytes.bitLength() > 63 ? Long.MAX_VALUE : bytes.longValue());
  }

  /** What people call it: {@code "bfloat16"}. */
  private String words() {
    return this == BOOL
        ? "bool"
        : name()
            .replaceFirst("^BF", "bfloat")
            .replaceFirst("^F", "float")
            .replaceFirst("^I", "int")
            .replaceFirst("^U", "uint");
  }

  /** Bytes of one element. */
  int size() {
    return size;
  }

  /** Bytes of a tensor. */
  BigInteger bytes(Shape shape) {
    return shape.extents().stream()
        .map(BigInteger::valueOf)
        .reduce(BigInteger.valueOf(size), BigInteger::multiply);
  }

  /**
   * Widens the elements of a tensor.
   *
   * @param name what the tensor is called in complaints
   * @param start where its {@link #bytes}, which must be there, begin
   * @throws MalformedContainer if an element is an integer that no double is equal to, or a truth
   *     value other than 0 and 1
   */
  Tensor decode(String name, Shape shape, Bytes bytes, int start, ByteOrder order)
      throws MalformedContainer {
    ByteBuffer data = ByteBuffer.wrap(bytes.array()).order(order);
    int count = Math.toIntExact(shape.size());
    double[] doubles = new double[wide ? count : 0];
    float[] floats = new float[wide ? 0 : count];
    for (int i = 0; i < count; i++) {
      int at = start + i * size;
      double value = widening.at(data, at);
      if (Double.isNaN(value) && this != F64 && this != F32 && this != F16 && this != BF16) {
        throw bytes.malformed(at, "element " + i + " of '" + name + "' is " + reason(data, at));
      }
      if (wide) {
        doubles[i] = value;
      } else {
        floats[i] = (float) value;
      }
    }
    return wide ? Tensor.of(shape, doubles) : Tensor.of(shape, floats);
  }

  /** Why an element was not widened. */
  private String reason(ByteBuffer data, int at) {
    if (this == BOOL) {
      return data.get(at) + "; a truth value is 0 or 1.";
    }
    long bits = data.getLong(at);
    String value = this == U64 ? Long.toUnsignedString(bits) : Long.toString(bits);
    return value + ", which no double is equal to.";
  }

  /** IEEE 754 binary16. */
  private static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    // Infinity and NaN have the largest exponent in both types; other exponents move by the bias.
    int widened = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
  }

  private static double signed(long value) {
    return isExact(Math.abs(value)) ? value : Double.NaN;
  }

  private static double unsigned(long value) {
    // The lowest bit of a large exact value is 0, so that halving it loses nothing.
    double magnitude = value >= 0 ? value : (value >>> 1) * 2.0;
    return isExact(value) ? magnitude : Double.NaN;
  }

  /** Whether an unsigned integer has at most 53 bits from its highest 1 to its lowest. */
  private static boolean isExact(long magnitude) {
    return 64 - Long.numberOfLeadingZeros(magnitude) - Long.numberOfTrailingZeros(magnitude) <= 53;
  }

  private static double truth(byte value) {
    return value == 0 || value == 1 ? value : Double.NaN;
  }
}
