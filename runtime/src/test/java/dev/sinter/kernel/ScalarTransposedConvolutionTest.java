package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertWithMessage;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** A geometry is read backwards here: from what a convolution would give to what it would read. */
final class ScalarTransposedConvolutionTest {
  private static final int[] ONE = {1, 1};
  private static final int[] NONE = {0, 0, 0, 0};

  private final Random random = new Random(8);

  @Test
  void awkwardSizes() {
    for (int k = 0; k < 3000; k++) {
      int groups = Rig.pick(random, 1, 1, 1, 2, 3);
      int in = groups * Rig.pick(random, 1, 3, 4, 6);
      int out = groups * Rig.pick(random, 1, 3, 4, 6);
      check(Geometry.random(random), in, out, groups);
    }
  }

  @Test
  void manyChannels() {
    Geometry g = new Geometry(13, 13, new int[] {4, 4}, new int[] {2, 2}, ONE, NONE);
    for (int in : new int[] {8, 13, 17, 200, 1100}) {
      check(g, in, 5, 1);
    }
    check(g, 17, 17, 17);
    check(g, 6, 12, 6);
  }

  @Test
  void largeMap() {
    check(
        new Geometry(40, 67, new int[] {3, 2}, new int[] {2, 1}, ONE, new int[] {1, 0, 1, 1}),
        70,
        3,
        1);
    check(
        new Geometry(1, 1001, new int[] {1, 5}, new int[] {1, 2}, new int[] {1, 3}, NONE), 3, 4, 1);
  }

  @Test
  void whatNoTapReachesIsTheBias() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(1, 1, 2);
    Slot y = rig.slot(1, 1, 7);
    Kernel kernel =
        new ScalarBackend()
            .transposedConvolution(
                x,
                y,
                Window.of(1, 2).stride(1, 3),
                1,
                new float[] {1, 10},
                new float[] {0.5f},
                ActivationFunction.identity());
    assertWithMessage("two elements, three apart, and two columns more")
        .that(Rig.run(kernel, y, x, new float[] {2, 3}))
        .isEqualTo(new float[] {2.5f, 20.5f, 0.5f, 3.5f, 30.5f, 0.5f, 0.5f});
  }

  @Test
  void activationSeesTheChannelAndTheWholeSum() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(2, 1, 1);
    Slot y = rig.slot(2, 1, 2);
    Kernel kernel =
        new ScalarBackend()
            .transposedConvolution(
                x,
                y,
                Window.of(1, 2),
                1,
                new float[] {1, 2, 3, 4, -1, 1, -4, 1},
                new float[] {0, 1},
                ActivationFunction.prelu(0.5f, 0.25f));
    // Channel 0: 2·(1, 2) + 4·(−1, 1); channel 1: 2·(3, 4) + 4·(−4, 1) + 1.
    float[] expected = {-1, 8, -2.25f, 13};
    assertWithMessage("one slope for each channel")
        .that(Rig.run(kernel, y, x, new float[] {2, 4}))
        .isEqualTo(expected);
  }

  /** Compares with the definition in double; the tolerance is that of the convolution. */
  private void check(Geometry g, int in, int out, int groups) {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(in, g.outputHeight(), g.outputWidth());
    Slot y = rig.slot(out, g.height, g.width);
    int depth = in / groups;
    int breadth = out / groups;
    float[] values = Rig.gaussian(random, x.size());
    float[] weights = Rig.gaussian(random, in * breadth * g.kernel[0] * g.kernel[1]);
    float[] bias = Rig.gaussian(random, out);
    Kernel kernel =
        new ScalarBackend()
            .transposedConvolution(
                x, y, g.window(), groups, weights, bias, ActivationFunction.identity());

    float[] found = Rig.run(kernel, y, x, values);

    double[] sums = new double[found.length];
    double[] magnitudes = new double[found.length];
    for (int i = 0; i < found.length; i++) {
      sums[i] = bias[i / y.positions()];
      magnitudes[i] = Math.abs(sums[i]);
    }
    int w = 0;
    for (int c = 0; c < in; c++) {
      for (int o = c / depth * breadth; o < (c / depth + 1) * breadth; o++) {
        for (int u = 0; u < g.kernel[0]; u++) {
          for (int v = 0; v < g.kernel[1]; v++, w++) {
            for (int p = 0; p < x.positions(); p++) {
              int row = g.row(p / x.width(), u);
              int column = g.column(p % x.width(), v);
              if (g.inside(row, column)) {
                double product = (double) weights[w] * values[c * x.positions() + p];
                int at = (o * g.height + row) * g.width + column;
                sums[at] += product;
                magnitudes[at] += Math.abs(product);
              }
            }
          }
        }
      }
    }
    int terms = depth * g.kernel[0] * g.kernel[1] + 1;
    for (int i = 0; i < found.length; i++) {
      assertWithMessage("backwards: %s, %s -> %s channels, %s groups: %s", g, in, out, groups, i)
          .that((double) found[i])
          .isWithin((terms + 2) * 0x1p-24 * magnitudes[i])
          .of(sums[i]);
    }
  }
}
