package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class ElementTypeTest {

  private static double[] decode(ElementType type, ByteOrder order, byte... bytes)
      throws MalformedContainer {
    Shape shape = Shape.of(bytes.length / type.size());
    return type.decode("a", shape, new Bytes("w", bytes), 0, order).toDoubles();
  }

  private static double[] decode(ElementType type, byte... bytes) throws MalformedContainer {
    return decode(type, ByteOrder.LITTLE_ENDIAN, bytes);
  }

  /** All 65,536 patterns. */
  private static byte[] shorts() {
    ByteBuffer buffer = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      buffer.putShort((short) bits);
    }
    return buffer.array();
  }

  /** IEEE 754's definition: (-1)^s · 2^(e-bias) · 1.f, or 0.f at the smallest exponent. */
  private static double ieee(int bits, int exponentBits, int fractionBits) {
    int bias = (1 << exponentBits - 1) - 1;
    int exponent = bits >> fractionBits & (1 << exponentBits) - 1;
    double fraction = (bits & (1 << fractionBits) - 1) * Math.pow(2, -fractionBits);
    double sign = (bits >> exponentBits + fractionBits & 1) == 0 ? 1 : -1;
    if (exponent == 2 * bias + 1) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * fraction * Math.pow(2, 1 - bias)
        : sign * (1 + fraction) * Math.pow(2, exponent - bias);
  }

  @Test
  void everyFloat16() throws MalformedContainer {
    double[] values = decode(ElementType.F16, shorts());
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertWithMessage("%s", bits).that(values[bits]).isEqualTo(ieee(bits, 5, 10));
    }
  }

  @Test
  void everyBfloat16() throws MalformedContainer {
    double[] values = decode(ElementType.BF16, shorts());
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertWithMessage("%s", bits).that(values[bits]).isEqualTo(ieee(bits, 8, 7));
    }
  }

  @Test
  void everySmallInteger() throws MalformedContainer {
    double[] signed = decode(ElementType.I16, shorts());
    double[] unsigned = decode(ElementType.U16, shorts());
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertThat(signed[bits]).isEqualTo((double) (short) bits);
      assertThat(unsigned[bits]).isEqualTo((double) bits);
    }
    assertThat(decode(ElementType.I8, (byte) -128, (byte) 127)).isEqualTo(new double[] {-128, 127});
    assertThat(decode(ElementType.U8, (byte) -128, (byte) 127)).isEqualTo(new double[] {128, 127});
    assertThat(decode(ElementType.BOOL, (byte) 0, (byte) 1)).isEqualTo(new double[] {0, 1});
  }

  @Test
  void wideTypes() throws MalformedContainer {
    byte[] minus2 = TestFiles.littleEndian(-2);
    assertThat(decode(ElementType.I64, minus2)).isEqualTo(new double[] {-2});
    assertThat(decode(ElementType.I32, minus2)).isEqualTo(new double[] {-2, -1});
    assertThat(decode(ElementType.U32, minus2))
        .isEqualTo(new double[] {4294967294.0, 4294967295.0});
    byte[] third = TestFiles.littleEndian(Double.doubleToRawLongBits(1 / 3.0));
    assertThat(decode(ElementType.F64, third)).isEqualTo(new double[] {1 / 3.0});
    assertThat(decode(ElementType.F32, TestFiles.floats(Float.NaN, -0f, Float.MIN_VALUE)))
        .isEqualTo(new double[] {Double.NaN, -0.0, Float.MIN_VALUE});
  }

  @Test
  void bigEndian() throws MalformedContainer {
    assertThat(decode(ElementType.U16, ByteOrder.BIG_ENDIAN, (byte) 1, (byte) 2))
        .isEqualTo(new double[] {258});
    assertThat(decode(ElementType.F16, ByteOrder.BIG_ENDIAN, (byte) 0x3C, (byte) 0))
        .isEqualTo(new double[] {1});
  }

  @Test
  void exactLongs() throws MalformedContainer {
    long[] exact = {0, 1L << 53, (1L << 53) + 2, 0x7FFF_FFFF_FFFF_FC00L, Long.MIN_VALUE, -3};
    double[] signed = decode(ElementType.I64, TestFiles.littleEndian(exact));
    for (int i = 0; i < exact.length; i++) {
      assertThat((long) signed[i]).isEqualTo(exact[i]);
    }
    assertThat(
            decode(
                ElementType.U64, TestFiles.littleEndian(5, Long.MIN_VALUE, 0xFFFF_FFFF_FFFF_F800L)))
        .isEqualTo(new double[] {5, 0x1p63, 0x1p64 - 2048});
  }

  @Test
  void inexactLongs() {
    assertInexact(ElementType.I64, (1L << 53) + 1, "9007199254740993");
    assertInexact(ElementType.I64, -(1L << 53) - 1, "-9007199254740993");
    assertInexact(ElementType.I64, Long.MAX_VALUE, "9223372036854775807");
    assertInexact(ElementType.I64, Long.MIN_VALUE + 1, "-9223372036854775807");
    assertInexact(ElementType.U64, -1, "18446744073709551615");
    assertInexact(ElementType.U64, Long.MIN_VALUE + 1024, "9223372036854776832");
  }

  private static void assertInexact(ElementType type, long value, String text) {
    MalformedContainer complaint =
        assertThrows(
            MalformedContainer.class, () -> decode(type, TestFiles.littleEndian(0, value)));
    assertThat(complaint)
        .hasMessageThat()
        .isEqualTo("element 1 of 'a' is " + text + ", which no double is equal to.");
    assertThat(complaint.position()).isEqualTo(8);
  }

  @Test
  void otherTruth() {
    MalformedContainer complaint =
        assertThrows(MalformedContainer.class, () -> decode(ElementType.BOOL, (byte) 2));
    assertThat(complaint)
        .hasMessageThat()
        .isEqualTo("element 0 of 'a' is 2; a truth value is 0 or 1.");
  }

  @Test
  void scalar() throws MalformedContainer {
    Tensor scalar =
        ElementType.F32.decode(
            "a", Shape.of(), new Bytes("w", TestFiles.floats(7, 8)), 4, ByteOrder.LITTLE_ENDIAN);
    assertThat(scalar.size()).isEqualTo(1);
    assertThat(scalar.get(0)).isEqualTo(8.0);
  }
}
