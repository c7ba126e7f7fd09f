package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Kernels that imported models need, in slots among others and in parts. The interpreter's test
 * holds what they compute against another definition.
 */
final class ScalarGeneralTest {
  private static final ScalarBackend SCALAR = new ScalarBackend();
  private static final ActivationFunction NONE = ActivationFunction.identity();

  private final Random random = new Random(13);

  @Test
  void constantIsPutThere() {
    for (int round = 0; round < 100; round++) {
      Slot y = new Rig(random.nextLong()).slot(extent(), extent(), extent());
      float[] values = Rig.gaussian(random, y.size());
      assertThat(Rig.run(SCALAR.constant(y, values), y, new Slot[0])).isEqualTo(values);
    }
  }

  /** Differences are rounded once, as here. */
  @Test
  void binaryStretchesEachAxis() {
    for (int round = 0; round < 500; round++) {
      int[] extents = {extent(), extent(), extent()};
      int stretched = random.nextInt(8);
      Rig rig = new Rig(random.nextLong());
      Slot a = rig.slot(extents[0], extents[1], extents[2]);
      Slot b =
          rig.slot(
              (stretched & 1) == 0 ? extents[0] : 1,
              (stretched & 2) == 0 ? extents[1] : 1,
              (stretched & 4) == 0 ? extents[2] : 1);
      Slot y = rig.slot(extents[0], extents[1], extents[2]);
      float[] left = Rig.gaussian(random, a.size());
      float[] right = Rig.gaussian(random, b.size());

      Kernel kernel = SCALAR.binary(new Slot[] {a, b}, y, Operation.SUBTRACT, NONE);
      float[] found = Rig.run(kernel, y, new Slot[] {a, b}, left, right);

      for (int i = 0; i < found.length; i++) {
        int c = b.channels() == 1 ? 0 : i / y.positions();
        int row = b.height() == 1 ? 0 : i / y.width() % y.height();
        int column = b.width() == 1 ? 0 : i % y.width();
        float other = right[(c * b.height() + row) * b.width() + column];
        assertThat(found[i]).isEqualTo(left[i] - other);
      }
    }
  }

  @Test
  void operationsAndFunctionsAreWhatTheyAreCalled() {
    float[] a = {3, -2, 0.5f};
    float[] b = {2, 4, -1};
    assertThat(of(Operation.ADD, a, b)).isEqualTo(new float[] {5, 2, -0.5f});
    assertThat(of(Operation.SUBTRACT, a, b)).isEqualTo(new float[] {1, -6, 1.5f});
    assertThat(of(Operation.MULTIPLY, a, b)).isEqualTo(new float[] {6, -8, -0.5f});
    assertThat(of(Operation.DIVIDE, a, b)).isEqualTo(new float[] {1.5f, -0.5f, -0.5f});
    assertThat(of(Operation.POWER, a, b)).isEqualTo(new float[] {9, 16, 2});
    assertThat(of(Operation.MINIMUM, a, b)).isEqualTo(new float[] {2, -2, -1});
    assertThat(of(Operation.MAXIMUM, a, b)).isEqualTo(new float[] {3, 4, 0.5f});
    assertThat(of(PointFunction.ABS, 0, a)).isEqualTo(new float[] {3, 2, 0.5f});
    assertThat(of(PointFunction.SOFTSIGN, 0, a)).isEqualTo(new float[] {0.75f, -2 / 3f, 1 / 3f});
    assertThat(of(PointFunction.THRESHOLD, 0.5f, a)).isEqualTo(new float[] {3, 0, 0});
    assertThat(of(PointFunction.POWER, 2, a)).isEqualTo(new float[] {9, 4, 0.25f});
    assertThat(of(PointFunction.POWER, -1, b)).isEqualTo(new float[] {0.5f, 0.25f, -1});
    assertThat(of(PointFunction.POWER, 3, a)).isEqualTo(new float[] {27, -8, 0.125f});
    assertThat(of(PointFunction.POWER, 0.5f, 4, 0, 9)).isEqualTo(new float[] {2, 0, 3});
    assertThat(of(PointFunction.LOG, 0, 1, 0)).isEqualTo(new float[] {0, -1 / 0f});
    assertThat(of(PointFunction.EXP, 0, 0, -200)).isEqualTo(new float[] {1, 0});
    float inf = Float.POSITIVE_INFINITY;
    assertThat(of(PointFunction.GELU_TANH, 0, 0, 30, -30, inf))
        .isEqualTo(new float[] {0, 30, -0f, inf});
  }

  private static float[] of(Operation operation, float[] a, float[] b) {
    float[] result = a.clone();
    operation.apply(result, b, result.length);
    return result;
  }

  private static float[] of(PointFunction function, float parameter, float... values) {
    float[] result = values.clone();
    function.apply(result, result.length, parameter);
    return result;
  }

  @Test
  void reductionsAreOfTheChannels() {
    Slot x = Slot.of(3, 4, 1, 2).pixelStride(6);
    Slot y = Slot.of(20, 1, 1, 2);
    float[] values = {1, 2, 5, 2, 3, -1, 5, 2}; // 1 5 3 5, and 2 2 −1 2
    assertThat(reduced(x, y, Reduction.SUM, values)).isEqualTo(new float[] {14, 5});
    assertThat(reduced(x, y, Reduction.MEAN, values)).isEqualTo(new float[] {3.5f, 1.25f});
    assertThat(reduced(x, y, Reduction.MAXIMUM, values)).isEqualTo(new float[] {5, 2});
    assertThat(reduced(x, y, Reduction.FIRST_MAXIMUM, values)).isEqualTo(new float[] {1, 0});
    assertThat(reduced(x, y, Reduction.LAST_MAXIMUM, values)).isEqualTo(new float[] {3, 3});
    float[] logarithms = reduced(x, y, Reduction.LOG_SUM_EXP, values);
    assertThat(logarithms[0]).isWithin(1e-6f).of(5.767165f); // ln(e + 2e⁵ + e³)
    assertThat(logarithms[1]).isWithin(1e-6f).of(3.115072f); // ln(3e² + e⁻¹)
  }

  private static float[] reduced(Slot x, Slot y, Reduction reduction, float[] values) {
    return Rig.run(SCALAR.reduce(x, y, reduction), y, x, values);
  }

  /**
   * Over the map, sums of 16 terms are floats, each off by 16·2⁻²⁴ of its magnitude at most; the
   * mean and the root of the variance, and so each deviation and the factor, are off by as much;
   * and there are 6 roundings around.
   */
  @Test
  void normalizationIsByGroups() {
    for (int round = 0; round < 300; round++) {
      int groups = Rig.pick(random, 1, 2, 3);
      int size = Rig.pick(random, 1, 2, 5);
      boolean overMap = random.nextBoolean();
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(groups * size, extent(), extent());
      Slot y = rig.slot(groups * size, x.height(), x.width());
      float[] scale = Rig.gaussian(random, x.channels());
      float[] shift = Rig.gaussian(random, x.channels());
      float[] values = Rig.gaussian(random, x.size());

      Kernel kernel = SCALAR.normalization(x, y, groups, overMap, 0.25f, scale, shift, NONE);
      float[] found = Rig.run(kernel, y, x, values);

      int plane = x.positions();
      for (int i = 0; i < found.length; i++) {
        int c = i / plane;
        double sum = 0;
        double magnitude = 0;
        double squares = 0;
        int count = 0;
        for (int k = c / size * size * plane; k < (c / size + 1) * size * plane; k++) {
          if (overMap || k % plane == i % plane) {
            sum += values[k];
            magnitude += Math.abs(values[k]);
            squares += (double) values[k] * values[k];
            count++;
          }
        }
        double mean = sum / count;
        double deviation = Math.sqrt(squares / count - mean * mean + 0.25);
        double product = scale[c] * (values[i] - mean) / deviation;
        double around = Math.abs(values[i]) + magnitude / count;
        double terms = Math.abs(product) + Math.abs(scale[c]) * around / deviation;
        assertWithMessage("%s groups of %s, %s", groups, size, i)
            .that((double) found[i])
            .isWithin(22 * 0x1p-24 * (terms + Math.abs(shift[c])))
            .of(product + shift[c]);
      }
    }
  }

  /** A transposition of all three axes, and a mirror. */
  @Test
  void rearrangedElementsAreTheTables() {
    for (int round = 0; round < 300; round++) {
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(extent(), extent(), extent());
      Slot y = rig.slot(x.width(), x.channels(), x.height());
      float[] values = Rig.gaussian(random, x.size());
      float[] channels = new float[2 * x.width()];
      float[] rows = new float[2 * x.channels()];
      float[] columns = new float[2 * x.height()];
      for (int k = 0; k < x.width(); k++) {
        channels[2 * k + 1] = x.width() - 1 - k;
      }
      for (int k = 0; k < x.channels(); k++) {
        rows[2 * k] = k;
      }
      for (int k = 0; k < x.height(); k++) {
        columns[2 * k + 1] = k * x.width();
      }

      float[] found = Rig.run(SCALAR.rearrange(x, y, channels, rows, columns), y, x, values);

      for (int i = 0; i < found.length; i++) {
        int mirrored = x.width() - 1 - i / y.positions();
        int c = i / y.width() % y.height();
        int row = i % y.width();
        assertThat(found[i]).isEqualTo(values[(c * x.height() + row) * x.width() + mirrored]);
      }
    }
  }

  /**
   * Sums of as many products as there are taps, and each product of two: within n + 2 roundings.
   */
  @Test
  void resampledElementsAreWeightedSums() {
    for (int round = 0; round < 300; round++) {
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(extent(), extent(), extent());
      Slot y = rig.slot(x.channels(), extent(), extent());
      int up = 1 + random.nextInt(x.height());
      int across = 1 + random.nextInt(x.width());
      float[] rows = taps(y.height(), up, x.height());
      float[] columns = taps(y.width(), across, x.width());
      float[] values = Rig.gaussian(random, x.size());

      float[] found = Rig.run(SCALAR.resample(x, y, rows, columns), y, x, values);

      for (int i = 0; i < found.length; i++) {
        int row = i / y.width() % y.height() * (up + 1);
        int column = i % y.width() * (across + 1);
        double sum = 0;
        double magnitude = 0;
        for (int u = 0; u < up; u++) {
          for (int v = 0; v < across; v++) {
            int line = i / y.positions() * x.height() + (int) rows[row] + u;
            double product =
                (double) rows[row + 1 + u]
                    * columns[column + 1 + v]
                    * values[line * x.width() + (int) columns[column] + v];
            sum += product;
            magnitude += Math.abs(product);
          }
        }
        assertThat((double) found[i]).isWithin((up + across + 2) * 0x1p-24 * magnitude).of(sum);
      }
    }
  }

  private float[] taps(int outputs, int count, int extent) {
    float[] table = Rig.gaussian(random, outputs * (count + 1));
    for (int i = 0; i < outputs; i++) {
      table[i * (count + 1)] = random.nextInt(extent - count + 1);
    }
    return table;
  }

  private int extent() {
    return Rig.pick(random, 1, 2, 3, 5, 8, 13);
  }
}
