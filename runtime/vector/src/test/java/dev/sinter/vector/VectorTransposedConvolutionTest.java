package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Against the sum in double. With n products and the bias, a sum of floats in any order is within
 * (n + 1)·2⁻²⁴ of the sum of the absolute values (Higham, <i>Accuracy and Stability of Numerical
 * Algorithms</i>, 3.1).
 */
final class VectorTransposedConvolutionTest {
  private static final Backend VECTOR = new VectorBackend();

  private final Random random = new Random(14);

  private int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  @Test
  void awkwardSizes() {
    for (int k = 0; k < 200; k++) {
      Window window =
          Window.of(1 + random.nextInt(7), 1 + random.nextInt(7))
              .stride(1 + random.nextInt(3), 1 + random.nextInt(3))
              .dilation(1 + random.nextInt(3), 1 + random.nextInt(3))
              .padding(random.nextInt(5), random.nextInt(5), random.nextInt(5), random.nextInt(5));
      int height = pick(1, 2, 5, 7, 13);
      int width = pick(1, 2, 5, 7, 13);
      check(pick(Rig.CHANNELS), pick(Rig.CHANNELS), height, width, window, 1);
    }
  }

  @Test
  void thoseOfNetworks() {
    check(64, 32, 14, 14, Window.of(2, 2).stride(2, 2), 1);
    check(128, 64, 9, 11, Window.of(4, 4).stride(2, 2).padding(1, 1, 1, 1), 1);
    check(32, 1, 28, 28, Window.of(3, 3).stride(2, 2).padding(1, 1, 1, 1), 1);
  }

  @Test
  void groups() {
    check(6, 4, 5, 3, Window.of(3, 2).stride(2, 2), 2);
    check(8, 8, 3, 5, Window.of(4, 4).stride(2, 2).padding(1, 1, 1, 1), 8);
  }

  private void check(int in, int out, int height, int width, Window window, int groups) {
    int rows =
        (height - 1) * window.strideHeight()
            + (window.kernelHeight() - 1) * window.dilationHeight()
            + 1
            - window.top()
            - window.bottom();
    int columns =
        (width - 1) * window.strideWidth()
            + (window.kernelWidth() - 1) * window.dilationWidth()
            + 1
            - window.left()
            - window.right();
    if (rows < 1 || columns < 1) {
      return;
    }
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.input(in, height, width);
    Slot y = rig.output(out, rows, columns);
    int area = window.kernelHeight() * window.kernelWidth();
    float[] weights = gaussian(in * (out / groups) * area);
    float[] bias = gaussian(out);
    ActivationFunction relu = ActivationFunction.relu();
    float[] found =
        rig.run(VECTOR.transposedConvolution(x, y, window, groups, weights, bias, relu), y);

    double[] sums = new double[y.size()];
    double[] sizes = new double[y.size()];
    int[] terms = new int[y.size()];
    for (int at = 0; at < sums.length; at++) {
      sums[at] = bias[at % out];
      sizes[at] = Math.abs(sums[at]);
      terms[at] = 1;
    }
    int breadth = out / groups;
    for (int k = 0; k < weights.length; k++) { // [C, O/groups, kh, kw]
      int v = k % window.kernelWidth();
      int u = k / window.kernelWidth() % window.kernelHeight();
      int c = k / area / breadth;
      int o = c / (in / groups) * breadth + k / area % breadth;
      for (int p = 0; p < height * width; p++) {
        int i = p / width * window.strideHeight() + u * window.dilationHeight() - window.top();
        int j = p % width * window.strideWidth() + v * window.dilationWidth() - window.left();
        if (i >= 0 && i < rows && j >= 0 && j < columns) {
          double product = (double) weights[k] * rig.before(x, c, p / width, p % width);
          int at = (i * columns + j) * out + o;
          sums[at] += product;
          sizes[at] += Math.abs(product);
          terms[at]++;
        }
      }
    }
    String text = String.format("%d to %d channels of %d×%d", in, out, height, width);
    for (int at = 0; at < sums.length; at++) {
      Rig.assertClose(
          text,
          found[y.position(at / out) + at % out],
          Math.max(sums[at], 0),
          terms[at] * 0x1p-24 * sizes[at]);
    }
  }

  private float[] gaussian(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
