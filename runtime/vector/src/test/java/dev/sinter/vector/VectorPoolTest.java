package dev.sinter.vector;

import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VectorPoolTest {
  private static final Backend VECTOR = new VectorBackend();

  private final Random random = new Random(11);

  private int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  @Test
  void awkwardSizes() {
    for (int k = 0; k < 500; k++) {
      Window window =
          Window.of(1 + random.nextInt(7), 1 + random.nextInt(7))
              .stride(1 + random.nextInt(3), 1 + random.nextInt(3))
              .dilation(1 + random.nextInt(3), 1 + random.nextInt(3))
              .padding(
                  random.nextInt(10), random.nextInt(10), random.nextInt(10), random.nextInt(10));
      int channels = pick(Rig.CHANNELS);
      check(channels, pick(1, 2, 5, 7, 13, 14), pick(1, 2, 5, 7, 13, 14), window);
    }
  }

  @Test
  void thoseOfNetworks() {
    check(64, 31, 30, Window.of(3, 3).stride(2, 2).padding(1, 1, 1, 1));
    check(16, 28, 28, Window.of(2, 2).stride(2, 2));
    check(33, 1, 50, Window.of(1, 4).stride(1, 4));
    check(100, 7, 7, Window.of(7, 7));
    check(16, 200, 210, Window.of(3, 3).padding(1, 1, 1, 1)); // several parts
  }

  /**
   * The largest element exactly; the mean as {@link VectorPool} has it: two roundings for the
   * quotient and (n + m)·2⁻²⁴ of the magnitudes for the sum.
   */
  private void check(int channels, int height, int width, Window window) {
    // In ceil mode the last window may reach beyond the padding, but begins before its end.
    int rows = outputs(height, window.top(), window.bottom(), window, true);
    int columns = outputs(width, window.left(), window.right(), window, false);
    if (rows < 1 || columns < 1) {
      return;
    }
    rows += rows * window.strideHeight() < height + window.top() ? random.nextInt(2) : 0;
    columns += columns * window.strideWidth() < width + window.left() ? random.nextInt(2) : 0;
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.input(channels, height, width);
    Slot y = rig.output(channels, rows, columns);
    float[] largest = rig.run(VECTOR.maxPool(x, y, window), y);
    float[] means = rig.run(VECTOR.averagePool(x, y, window, false), y);
    float[] paddedMeans = rig.run(VECTOR.averagePool(x, y, window, true), y);
    for (int at = 0; at < y.size(); at++) {
      int c = at % channels;
      int i = at / channels / columns;
      int j = at / channels % columns;
      float max = Float.NEGATIVE_INFINITY;
      double sum = 0;
      double magnitude = 0;
      int inside = 0;
      int counted = 0;
      for (int u = 0; u < window.kernelHeight(); u++) {
        for (int v = 0; v < window.kernelWidth(); v++) {
          int h = i * window.strideHeight() - window.top() + u * window.dilationHeight();
          int w = j * window.strideWidth() - window.left() + v * window.dilationWidth();
          if (h >= 0 && h < height && w >= 0 && w < width) {
            float tap = rig.before(x, c, h, w);
            max = Math.max(max, tap);
            sum += tap;
            magnitude += Math.abs(tap);
            inside++;
          }
          counted += h < height + window.bottom() && w < width + window.right() ? 1 : 0;
        }
      }
      int found = y.position(i * columns + j) + c;
      String place =
          channels + " channels, " + x.positions() + " positions, [" + c + "," + i + "," + j + "]";
      Rig.assertClose(place, largest[found], max, 0);
      double roundings = window.kernelHeight() + window.kernelWidth() + 2;
      double error = roundings * 0x1p-24 * magnitude;
      Rig.assertClose(
          place, means[found], inside == 0 ? 0 : sum / inside, error / Math.max(1, inside));
      Rig.assertClose(
          place, paddedMeans[found], inside == 0 ? 0 : sum / counted, error / Math.max(1, counted));
    }
  }

  private static int outputs(int extent, int before, int after, Window window, boolean rows) {
    int kernel = rows ? window.kernelHeight() : window.kernelWidth();
    int dilation = rows ? window.dilationHeight() : window.dilationWidth();
    int stride = rows ? window.strideHeight() : window.strideWidth();
    return Math.floorDiv(extent + before + after - (kernel - 1) * dilation - 1, stride) + 1;
  }

  @Test
  void notANumberAndInfinities() {
    float[] values = {
      Float.NaN, Float.intBitsToFloat(0xffc0_0000), Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
    };
    Window window = Window.of(3, 2).stride(1, 2).padding(1, 1, 1, 1);
    for (int channels : Rig.CHANNELS) {
      for (float value : values) {
        Rig rig = new Rig(random.nextLong());
        Slot x = rig.input(channels, 5, 6);
        Slot y = rig.output(channels, 5, 4);
        rig.spoil(value, 5);
        for (Kernel[] kernels :
            new Kernel[][] {
              {VECTOR.maxPool(x, y, window), Backend.scalar().maxPool(x, y, window)},
              {
                VECTOR.averagePool(x, y, window, true),
                Backend.scalar().averagePool(x, y, window, true)
              }
            }) {
          float[] found = rig.run(kernels[0], y);
          float[] expected = rig.run(kernels[1], y);
          for (int i = 0; i < found.length; i++) {
            // Both are means of six values below 8: 2·8 roundings of at most 8 each.
            Rig.assertClose(channels + " with " + value, found[i], expected[i], 128 * 0x1p-24);
          }
        }
      }
    }
  }
}
