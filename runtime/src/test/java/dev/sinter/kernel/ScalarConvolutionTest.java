package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;

final class ScalarConvolutionTest {
  private static final int[] ONE = {1, 1};
  private static final int[] NONE = {0, 0, 0, 0};

  private final Random random = new Random(1);

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
    Geometry g = new Geometry(7, 7, new int[] {3, 3}, ONE, ONE, new int[] {1, 1, 1, 1});
    for (int in : new int[] {8, 13, 17, 130}) {
      for (int out : new int[] {8, 13, 17}) {
        check(g, in, out, 1);
      }
    }
  }

  @Test
  void mapsAndChannelsAroundTheVectorLengths() {
    for (int size : new int[] {14, 28, 29}) {
      for (int channels : new int[] {16, 25, 33}) {
        Geometry g =
            new Geometry(
                size, size - 1, new int[] {3, 3}, new int[] {2, 1}, ONE, new int[] {1, 1, 1, 1});
        check(g, 3, channels, 1);
        check(g, channels, channels, channels);
      }
    }
    check(new Geometry(2, 2, ONE, ONE, ONE, NONE), 6, 300, 1); // two blocks
    check(new Geometry(1, 700, new int[] {1, 3}, ONE, ONE, NONE), 2, 3, 1); // blocks of columns
  }

  @Test
  void depthwise() {
    Geometry g =
        new Geometry(13, 5, new int[] {3, 3}, new int[] {2, 2}, ONE, new int[] {1, 1, 1, 1});
    check(g, 17, 17, 17);
    check(g, 6, 12, 6);
  }

  @Test
  void pointwise() {
    check(new Geometry(13, 13, ONE, ONE, ONE, NONE), 17, 13, 1);
    check(new Geometry(13, 13, ONE, new int[] {2, 3}, ONE, NONE), 6, 8, 2);
    check(new Geometry(1, 1, ONE, ONE, ONE, NONE), 1, 1, 1);
  }

  @Test
  void largeMap() {
    check(
        new Geometry(40, 67, new int[] {7, 7}, new int[] {2, 2}, ONE, new int[] {3, 3, 3, 3}),
        3,
        5,
        1);
    check(
        new Geometry(1, 1001, new int[] {1, 5}, ONE, new int[] {1, 4}, new int[] {0, 8, 0, 8}),
        3,
        4,
        1);
  }

  @Test
  void paddingLargerThanTheKernel() {
    check(new Geometry(2, 2, ONE, new int[] {3, 3}, ONE, new int[] {9, 8, 7, 6}), 3, 4, 1);
  }

  @Test
  void kernelLargerThanTheMap() {
    check(new Geometry(2, 1, new int[] {7, 7}, ONE, ONE, new int[] {3, 3, 3, 3}), 4, 3, 1);
  }

  @Test
  void nothingButPaddingGivesTheBias() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(1, 1, 1);
    Slot y = rig.slot(1, 1, 2);
    Window window = Window.of(1, 1).stride(1, 5).padding(0, 3, 0, 3);
    Kernel kernel =
        new ScalarBackend()
            .convolution(new Convolution(x, y, window, 1, new float[] {9}).bias(new float[] {2}));
    assertWithMessage("columns -3 and 2 of a map of one column")
        .that(Rig.run(kernel, y, x, new float[] {7}))
        .isEqualTo(new float[] {2, 2});
  }

  @Test
  void activationSeesTheChannel() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(1, 1, 2);
    Slot y = rig.slot(2, 1, 2);
    Kernel kernel =
        new ScalarBackend()
            .convolution(
                new Convolution(x, y, Window.of(1, 1), 1, new float[] {1, 1})
                    .activation(ActivationFunction.prelu(0.5f, 0.25f)));
    assertWithMessage("one slope for each channel")
        .that(Rig.run(kernel, y, x, new float[] {-4, 8}))
        .isEqualTo(new float[] {-2, 8, -1, 8});
  }

  /**
   * Compares with a naive sum in double. A sum of n rounded products in any order is off by at most
   * n·u/(1 − n·u) times the sum of their magnitudes, u = 2⁻²⁴ (N. Higham, <i>Accuracy and Stability
   * of Numerical Algorithms</i>, section 3.1); n counts bias and addend, and n + 2 covers the
   * denominator.
   */
  private void check(Geometry g, int in, int out, int groups) {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(in, g.height, g.width);
    Slot y = rig.slot(out, g.outputHeight(), g.outputWidth());
    int depth = in / groups;
    float[] values = Rig.gaussian(random, x.size());
    float[] weights = Rig.gaussian(random, out * depth * g.kernel[0] * g.kernel[1]);
    int[] rows = classes(y.height(), g.height, g.kernel[0], g::row);
    int[] columns = classes(y.width(), g.width, g.kernel[1], g::column);
    int across = columns[y.width() - 1] + 1;
    int places = random.nextBoolean() ? (rows[y.height() - 1] + 1) * across : 1;
    float[] bias = Rig.gaussian(random, out * places);
    float[] padValues = random.nextBoolean() ? Rig.gaussian(random, in) : new float[in];
    Convolution convolution =
        new Convolution(x, y, g.window(), groups, weights).bias(bias).padValues(padValues);
    boolean adds = random.nextBoolean();
    Slot addend = random.nextBoolean() ? y : rig.slot(out, y.height(), y.width());
    float[] added = adds ? Rig.gaussian(random, y.size()) : new float[y.size()];
    if (adds) {
      convolution.add(addend);
    }
    Slot[] inputs = {x, addend};
    Kernel[] kernels = {
      new ScalarBackend().convolution(convolution),
      new ScalarChannelConvolution(convolution),
      new ScalarMapConvolution(convolution)
    };
    float[][] found = new float[kernels.length][];
    for (int k = 0; k < kernels.length; k++) {
      found[k] = Rig.run(kernels[k], y, inputs, values, added);
    }

    int terms = depth * g.kernel[0] * g.kernel[1] + 2;
    int at = 0;
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < y.height(); i++) {
        for (int j = 0; j < y.width(); j++) {
          int place = places == 1 ? 0 : rows[i] * across + columns[j];
          double sum = (double) bias[o * places + place] + added[at];
          double magnitude = Math.abs(bias[o * places + place]) + Math.abs(added[at]);
          int w = o * depth * g.kernel[0] * g.kernel[1];
          for (int c = 0; c < depth; c++) {
            int channel = o / (out / groups) * depth + c;
            for (int u = 0; u < g.kernel[0]; u++) {
              for (int v = 0; v < g.kernel[1]; v++, w++) {
                int from = (channel * g.height + g.row(i, u)) * g.width + g.column(j, v);
                boolean inside = g.inside(g.row(i, u), g.column(j, v));
                double product = (double) weights[w] * (inside ? values[from] : padValues[channel]);
                sum += product;
                magnitude += Math.abs(product);
              }
            }
          }
          for (int k = 0; k < kernels.length; k++) {
            assertWithMessage(
                    "%s, %s -> %s channels, %s groups: [%s, %s, %s] of %s",
                    g, in, out, groups, o, i, j, kernels[k].getClass())
                .that((double) found[k][at])
                .isWithin((terms + 2) * 0x1p-24 * magnitude)
                .of(sum);
          }
          at++;
        }
      }
    }
  }

  /**
   * Winograd's sums against those of the direct kernel, whose errors are far below. What is
   * promised is 5e-5 of the largest output for F(4,3); F(2,3) stays below 5e-6.
   */
  @Test
  void winograd() {
    for (int size : new int[] {1, 2, 3, 4, 5, 7, 13, 14, 29}) {
      for (int channels : new int[] {1, 3, 8, 17, 130}) {
        for (int padding : new int[] {0, 1, 2, 5}) {
          if (size + 2 * padding >= 3 && size * channels < 1000) {
            winograd(size, padding, channels, 1 + channels * 2);
          }
        }
      }
    }
  }

  private void winograd(int size, int padding, int in, int out) {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(in, size, size + 1);
    Slot y = rig.slot(out, size + 2 * padding - 2, size + 2 * padding - 1);
    float[] values = Rig.gaussian(random, x.size());
    float[] added = Rig.gaussian(random, y.size());
    Convolution convolution =
        new Convolution(
                x,
                y,
                Window.of(3, 3).padding(padding, padding, padding, padding),
                1,
                Rig.gaussian(random, out * in * 9))
            .bias(Rig.gaussian(random, out))
            .activation(ActivationFunction.leakyRelu(0.5f))
            .add(y);
    Slot[] inputs = {x, y};
    float[] expected = Rig.run(new ScalarMapConvolution(convolution), y, inputs, values, added);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int outputs : new int[] {2, 4}) {
      Kernel kernel = new ScalarWinogradConvolution(convolution, outputs);
      float[] found = Rig.run(kernel, y, inputs, values, added);
      for (int i = 0; i < found.length; i++) {
        assertWithMessage("F(%s,3), %s, padding %s, %s -> %s", outputs, size, padding, in, out)
            .that(found[i])
            .isWithin((float) ((outputs == 2 ? 5e-6 : 5e-5) * largest))
            .of(expected[i]);
      }
    }
  }

  /** The class of each place: it changes with the number of taps before or behind the axis. */
  private static int[] classes(int places, int extent, int kernel, IntBinaryOperator position) {
    int[] classes = new int[places];
    for (int i = 1; i < places; i++) {
      boolean same = true;
      for (int tap = 0; tap < kernel; tap++) {
        same &=
            side(position.applyAsInt(i - 1, tap), extent)
                == side(position.applyAsInt(i, tap), extent);
      }
      classes[i] = classes[i - 1] + (same ? 0 : 1);
    }
    return classes;
  }

  private static int side(int position, int extent) {
    return position < 0 ? -1 : position < extent ? 0 : 1;
  }

  /** NaN and infinities reach those outputs whose windows hold them, and no others. */
  @Test
  void whatIsNotFiniteStaysInItsWindow() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int groups : new int[] {1, 4}) {
        Rig rig = new Rig(random.nextLong());
        Slot x = rig.slot(4, 7, 6);
        Slot y = rig.slot(4, 7, 6);
        float[] values = Rig.gaussian(random, x.size());
        values[4 * 6 + 5] = value; // channel 0, row 4, column 5
        Convolution convolution =
            new Convolution(
                x,
                y,
                Window.of(3, 3).padding(1, 1, 1, 1),
                groups,
                Rig.gaussian(random, 4 * 9 * 4 / groups));
        Kernel[] kernels = {
          new ScalarBackend().convolution(convolution),
          new ScalarChannelConvolution(convolution),
          new ScalarMapConvolution(convolution)
        };
        for (Kernel kernel : kernels) {
          float[] found = Rig.run(kernel, y, x, values);
          for (int i = 0; i < found.length; i++) {
            boolean near = Math.abs(i / 6 % 7 - 4) <= 1 && i % 6 >= 4;
            assertWithMessage("%s, %s groups: %s", kernel.getClass(), groups, i)
                .that(Float.isFinite(found[i]))
                .isEqualTo(!near || (groups == 4 && i >= 42));
          }
        }
      }
    }
  }

  /** Products of the smallest floats are not flushed to zero, and a sum of −0 is 0. */
  @Test
  void smallestFloats() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(1, 1, 3);
    Slot y = rig.slot(1, 1, 3);
    Kernel kernel =
        new ScalarBackend()
            .convolution(new Convolution(x, y, Window.of(1, 1), 1, new float[] {0.5f}));
    assertWithMessage("half of these")
        .that(Rig.run(kernel, y, x, new float[] {Float.MIN_NORMAL, -2 * Float.MIN_VALUE, -0f}))
        .isEqualTo(new float[] {Float.MIN_NORMAL / 2, -Float.MIN_VALUE, 0});
  }

  @Test
  void biasOfAnotherLengthIsRefused() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(1, 5, 5);
    Slot y = rig.slot(2, 5, 5);
    Window window = Window.of(3, 3).padding(1, 1, 1, 1);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ScalarBackend()
                .convolution(
                    new Convolution(x, y, window, 1, new float[18]).bias(new float[2 * 6])));
  }
}
