package dev.sinter.processor.ir;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class HalfTest {
  /** Every finite half that is not negative, by its value: by definition, in decimal. */
  private static final TreeMap<BigDecimal, Short> HALVES = halves();

  private static TreeMap<BigDecimal, Short> halves() {
    TreeMap<BigDecimal, Short> halves = new TreeMap<>();
    BigDecimal two = BigDecimal.valueOf(2);
    for (int bits = 0; bits < 31 << 10; bits++) {
      int exponent = bits / 1024;
      BigDecimal significand = BigDecimal.valueOf(bits % 1024 + (exponent == 0 ? 0 : 1024));
      int power = Math.max(exponent, 1) - 25;
      BigDecimal scale = power < 0 ? BigDecimal.ONE.divide(two.pow(-power)) : two.pow(power);
      halves.put(significand.multiply(scale).stripTrailingZeros(), (short) bits);
    }
    return halves;
  }

  @Test
  void everyHalfIsItself() {
    assertThat(HALVES).hasSize(31 << 10);
    HALVES.forEach(
        (value, bits) -> {
          assertThat(Half.value(bits)).isEqualTo(value.doubleValue());
          assertThat(Half.bits(value.doubleValue())).isEqualTo(bits);
          assertThat(Half.bits(-value.doubleValue())).isEqualTo((short) (bits | 0x8000));
          assertThat(Half.value((short) (bits | 0x8000))).isEqualTo(-value.doubleValue());
        });
    for (int bits = 31 << 10; bits < 1 << 15; bits++) {
      double magnitude = bits == 31 << 10 ? Double.POSITIVE_INFINITY : Double.NaN;
      assertThat(Half.value((short) bits)).isEqualTo(magnitude);
      assertThat(Half.value((short) (bits | 0x8000))).isEqualTo(-magnitude);
    }
    assertThat(Half.bits(Double.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
  }

  /** Between all neighbours: the middle goes to the even one, what is beside it to the nearer. */
  @Test
  void betweenNeighboursTheNearestAndOfTwoTheEven() {
    for (Map.Entry<BigDecimal, Short> lower : HALVES.headMap(new BigDecimal(65504)).entrySet()) {
      Map.Entry<BigDecimal, Short> upper = HALVES.higherEntry(lower.getKey());
      double middle = lower.getKey().add(upper.getKey()).doubleValue() / 2;
      short even = lower.getValue() % 2 == 0 ? lower.getValue() : upper.getValue();
      assertWithMessage("%s", middle).that(Half.bits(middle)).isEqualTo(even);
      assertThat(Half.bits(Math.nextDown(middle))).isEqualTo(lower.getValue());
      assertThat(Half.bits(Math.nextUp(middle))).isEqualTo(upper.getValue());
    }
  }

  @Test
  void randomDoublesAreRoundedToTheNearest() {
    Random random = new Random(16);
    for (int i = 0; i < 200_000; i++) {
      double value = Math.scalb(random.nextDouble(), random.nextInt(45) - 29);
      assertWithMessage("%s", value).that(Half.bits(value)).isEqualTo(nearest(value));
    }
  }

  private static short nearest(double value) {
    BigDecimal exact = new BigDecimal(value);
    Map.Entry<BigDecimal, Short> lower = HALVES.floorEntry(exact);
    Map.Entry<BigDecimal, Short> upper = HALVES.ceilingEntry(exact);
    int side = exact.subtract(lower.getKey()).compareTo(upper.getKey().subtract(exact));
    boolean down = side < 0 || (side == 0 && lower.getValue() % 2 == 0);
    return down ? lower.getValue() : upper.getValue();
  }

  /** By way of a float they would be ties. */
  @Test
  void isRoundedOnce() {
    double above = 1 + 0x1p-11 + 0x1p-40;
    assertThat((double) (float) above).isEqualTo(1 + 0x1p-11);
    assertThat(Half.value(Half.bits(above))).isEqualTo(1 + 0x1p-10);
    double below = 1 + 0x1.8p-10 - 0x1p-40;
    assertThat(Half.value(Half.bits(below))).isEqualTo(1 + 0x1p-10);
  }

  @Test
  void ends() {
    assertThat(Half.value(Half.bits(65_519.999))).isEqualTo(65_504);
    assertThat(Half.value(Half.bits(65_520))).isPositiveInfinity();
    assertThat(Half.value(Half.bits(-65_520))).isNegativeInfinity();
    assertThat(Half.bits(0x1p-25)).isEqualTo((short) 0); // a tie, and 0 is even
    assertThat(Half.bits(Math.nextUp(0x1p-25))).isEqualTo((short) 1);
    assertThat(Half.bits(0x1.8p-24)).isEqualTo((short) 2);
    assertThat(Half.bits(-Double.MIN_VALUE)).isEqualTo((short) 0x8000);
  }
}
