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
        check(in, 1, out, random);
      }
    }
  }

  @Test
  void mapsInTheOrderOfPyTorch() {
    Random random = new Random(12);
    for (int in : SIZES) {
      check(in, 7, 5, random);
    }
    check(3, 2, 600, random);
  }

  /** The bound is that of {@link ScalarConvolutionTest}. */
  private static void check(int in, int positions, int out, Random random) {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(in, 1, positions);
    Slot y = rig.slot(out, 1, 1);
    float[] values = Rig.gaussian(random, x.size());
    float[] weights = Rig.gaussian(random, x.size() * out);
    float[] bias = Rig.gaussian(random, out);
    Kernel kernel = new ScalarBackend().linear(x, y, weights, bias, ActivationFunction.identity());

    float[] found = Rig.run(kernel, y, x, values);

    for (int o = 0; o < out; o++) {
      double sum = bias[o];
      double magnitude = Math.abs(bias[o]);
      for (int c = 0; c < x.size(); c++) {
        double product = (double) weights[o * x.size() + c] * values[c];
        sum += product;
        magnitude += Math.abs(product);
      }
      assertWithMessage("%s x %s -> %s: [%s]", in, positions, out, o)
          .that((double) found[o])
          .isWithin((x.size() + 3) * 0x1p-24 * magnitude)
          .of(sum);
    }
  }

  @Test
  void activationSeesTheChannel() {
    Rig rig = new Rig(2);
    Slot x = rig.slot(1, 1, 1);
    Slot y = rig.slot(3, 1, 1);
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
