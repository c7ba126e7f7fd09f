package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ScalarPoolTest {
  private static final ScalarBackend SCALAR = new ScalarBackend();

  private final Random random = new Random(3);

  @Test
  void maxPoolOfAwkwardSizes() {
    for (int k = 0; k < 2000; k++) {
      Geometry g = Geometry.random(random);
      int channels = Rig.pick(random, 1, 3, 4);
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(channels, g.height, g.width);
      Slot y = rig.slot(channels, g.outputHeight(), g.outputWidth());
      float[] values = Rig.gaussian(random, x.size());

      float[] found = Rig.run(SCALAR.maxPool(x, y, g.window()), y, x, values);

      int at = 0;
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < y.height(); i++) {
          for (int j = 0; j < y.width(); j++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int u = 0; u < g.kernel[0]; u++) {
              for (int v = 0; v < g.kernel[1]; v++) {
                if (g.inside(g.row(i, u), g.column(j, v))) {
                  float tap = values[(c * g.height + g.row(i, u)) * g.width + g.column(j, v)];
                  largest = Math.max(largest, tap);
                }
              }
            }
            assertWithMessage("%s: [%s, %s, %s]", g, c, i, j).that(found[at++]).isEqualTo(largest);
          }
        }
      }
    }
  }

  @Test
  void maxPoolKeepsNaN() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(1, 2, 2);
    Slot y = rig.slot(1, 1, 1);
    for (int k = 0; k < 4; k++) {
      float[] values = {1, -1, Float.POSITIVE_INFINITY, 0};
      values[k] = Float.NaN;
      assertThat(Rig.run(SCALAR.maxPool(x, y, Window.of(2, 2)), y, x, values)[0]).isNaN();
    }
  }

  @Test
  void averagePoolOfAwkwardSizes() {
    for (int k = 0; k < 2000; k++) {
      Geometry g = Geometry.random(random);
      // One more row and column, as ceil mode may ask for; the window begins inside the padded map.
      int moreRows = more(g.outputHeight(), g.stride[0], g.height + g.padding[0]);
      int moreColumns = more(g.outputWidth(), g.stride[1], g.width + g.padding[1]);
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(2, g.height, g.width);
      Slot y = rig.slot(2, g.outputHeight() + moreRows, g.outputWidth() + moreColumns);
      float[] values = Rig.gaussian(random, x.size());
      for (boolean countPadding : new boolean[] {true, false}) {
        Kernel kernel = SCALAR.averagePool(x, y, g.window(), countPadding);
        checkAverages(g, y, values, countPadding, Rig.run(kernel, y, x, values));
      }
    }
  }

  private int more(int extent, int stride, int end) {
    return extent * stride < end ? random.nextInt(2) : 0;
  }

  /**
   * Compares with a naive mean. The kernel sums at most 49 floats in double and rounds once: half
   * an ulp of the result, 2⁻²⁴ of it, and 49·2⁻⁵³ of the mean magnitude, for which 2⁻⁴⁶ stands.
   */
  private static void checkAverages(
      Geometry g, Slot y, float[] values, boolean countPadding, float[] found) {
    int at = 0;
    for (int c = 0; c < y.channels(); c++) {
      for (int i = 0; i < y.height(); i++) {
        for (int j = 0; j < y.width(); j++) {
          double sum = 0;
          double magnitude = 0;
          int inside = 0;
          int counted = 0;
          for (int u = 0; u < g.kernel[0]; u++) {
            for (int v = 0; v < g.kernel[1]; v++) {
              int row = g.row(i, u);
              int column = g.column(j, v);
              if (g.inside(row, column)) {
                float tap = values[(c * g.height + row) * g.width + column];
                sum += tap;
                magnitude += Math.abs(tap);
                inside++;
              }
              if (row < g.height + g.padding[2] && column < g.width + g.padding[3]) {
                counted++;
              }
            }
          }
          double mean = inside == 0 ? 0 : sum / (countPadding ? counted : inside);
          assertWithMessage("%s, countPadding %s: [%s, %s, %s]", g, countPadding, c, i, j)
              .that((double) found[at++])
              .isWithin(0x1p-24 * Math.abs(mean) + 0x1p-46 * magnitude)
              .of(mean);
        }
      }
    }
  }

  /**
   * The numbers are those of PyTorch's {@code AvgPool1d(3, stride=2, padding=1, ceil_mode=True)}.
   */
  @Test
  void averagePoolInCeilModeAsPyTorch() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(1, 1, 4);
    Slot y = rig.slot(1, 1, 3);
    float[] values = {2, 4, 6, 8};
    // Windows of three with stride 2 after one zero: (0 2 4) (4 6 8) (8 0 | nothing).
    Window window = Window.of(1, 3).stride(1, 2).padding(0, 1, 0, 1);
    assertThat(Rig.run(SCALAR.averagePool(x, y, window, true), y, x, values))
        .isEqualTo(new float[] {2, 6, 4});
    assertThat(Rig.run(SCALAR.averagePool(x, y, window, false), y, x, values))
        .isEqualTo(new float[] {3, 6, 8});
  }
}
