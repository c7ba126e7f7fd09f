package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ScalarLinearTest {
  private static final int[] SIZES = {1, 2, 3, 4, 6, 8, 13, 16, 17, 25, 130};

  @Test
  void awkwardSizes() {
    Random random = new Random(2);
    for (int in : SIZES) {
      for (int out : SIZES) {
        check(in, out, random);
      }
    }
  }

  /** The bound is that of {@link ScalarConvolutionTest}. */
  private static void check(int in, int out, Random random) {
    Slot x = Rig.slot(0, in, 1, 1);
    Slot y = Rig.behind(x, out, 1, 1);
    float[] values = Rig.gaussian(random, in);
    float[] weights = Rig.gaussian(random, in * out);
    float[] bias = Rig.gaussian(random, out);
    Kernel kernel = new ScalarBackend().linear(x, y, weights, bias, ActivationFunction.identity());

    float[] found = Rig.run(kernel, y, x, values);

    for (int o = 0; o < out; o++) {
      double sum = bias[o];
      double magnitude = Math.abs(bias[o]);
      for (int c = 0; c < in; c++) {
        double product = (double) weights[o * in + c] * values[c];
        sum += product;
        magnitude += Math.abs(product);
      }
      assertWithMessage("%s -> %s: [%s]", in, out, o)
          .that((double) found[o])
          .isWithin((in + 3) * 0x1p-24 * magnitude)
          .of(sum);
    }
  }

  @Test
  void activationSeesTheChannel() {
    Slot x = Rig.slot(0, 1, 1, 1);
    Slot y = Rig.behind(x, 3, 1, 1);
    Kernel kernel =
        new ScalarBackend()
            .linear(
                x,
                y,
                new float[] {1, 2, -3},
                new float[3],
                ActivationFunction.prelu(0.5f, 0.25f, 0.125f));
    assertThat(Rig.run(kernel, y, x, new float[] {-8})).isEqualTo(new float[] {-4, -4, 24});
  }
}
