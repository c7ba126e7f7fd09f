package dev.sinter.vector;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Slot;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VectorElementwiseTest {
  private static final Backend VECTOR = new VectorBackend();
  private static final Backend SCALAR = Backend.scalar();
  private static final int[][] MAPS = {{1, 1}, {7, 5}, {1, 13}};

  private final Random random = new Random(12);

  private interface Make {
    Kernel kernel(Backend backend, Slot[] inputs, Slot output);
  }

  /**
   * The same as the scalar kernels, elsewhere and in place.
   *
   * @param kinds the inputs: maps (m) or one element a channel (c)
   * @param replaced the input in whose place the result may lie; −1: none
   * @param roundings by how many of 2⁻²⁴ of the result both may differ, with 1 added to it
   */
  private void check(String kinds, int replaced, double roundings, Make make) {
    float[] specials = {0, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 1e30f};
    for (int channels : Rig.CHANNELS) {
      for (int[] map : MAPS) {
        float special = specials[random.nextInt(specials.length)];
        check(kinds, replaced, roundings, make, channels, map, special);
      }
    }
    check(kinds, replaced, roundings, make, 72, new int[] {40, 30}, Float.NaN); // two parts
  }

  private void check(
      String kinds,
      int replaced,
      double roundings,
      Make make,
      int channels,
      int[] map,
      float special) {
    Rig rig = new Rig(random.nextLong());
    Slot[] inputs = new Slot[kinds.length()];
    for (int k = 0; k < inputs.length; k++) {
      boolean isMap = kinds.charAt(k) == 'm';
      inputs[k] = rig.input(channels, isMap ? map[0] : 1, isMap ? map[1] : 1);
    }
    Slot output = rig.output(channels, map[0], map[1]);
    rig.spoil(special, 3);
    float[] expected = rig.run(make.kernel(SCALAR, inputs, output), output);
    float[] found = rig.run(make.kernel(VECTOR, inputs, output), output);
    Slot place = replaced < 0 ? output : inputs[replaced];
    float[] inPlace = rig.run(make.kernel(VECTOR, inputs, place), place);
    String text = String.format("%s of %d channels and %d×%d", kinds, channels, map[0], map[1]);
    for (int p = 0; p < output.positions(); p++) {
      for (int c = 0; c < channels; c++) {
        int at = output.position(p) + c;
        double error = roundings * 0x1p-24 * (Math.abs(expected[at]) + 1);
        Rig.assertClose(text, found[at], expected[at], error);
        Rig.assertClose(text, inPlace[place.position(p) + c], expected[at], error);
      }
    }
  }

  @Test
  void add() {
    for (String kinds : new String[] {"m", "mm", "mmm", "mmmm"}) {
      for (int replaced = 0; replaced < Math.min(2, kinds.length()); replaced++) {
        check(kinds, replaced, 0, (b, x, y) -> b.add(x, y, ActivationFunction.identity()));
        check(kinds, replaced, 0, (b, x, y) -> b.add(x, y, ActivationFunction.relu6()));
      }
    }
    // Sums of normal values are below 16 here, and hard swish is within three roundings.
    check("mm", 0, 6, (b, x, y) -> b.add(x, y, ActivationFunction.hardSwish()));
  }

  @Test
  void multiply() {
    for (String kinds : new String[] {"m", "mm", "mc", "mmm", "mmc", "mcm", "mcc", "mcmc"}) {
      check(kinds, 0, 0, (b, x, y) -> b.multiply(x, y, ActivationFunction.identity()));
      check(kinds, 0, 0, (b, x, y) -> b.multiply(x, y, ActivationFunction.relu()));
    }
    for (String kinds : new String[] {"mm", "cm", "cmm", "cmc"}) {
      check(kinds, 1, 0, (b, x, y) -> b.multiply(x, y, ActivationFunction.relu6()));
    }
    check("ccm", -1, 0, (b, x, y) -> b.multiply(x, y, ActivationFunction.identity()));
  }

  /** Only vectors, which stand for maps. */
  @Test
  void multiplyVectors() {
    Rig rig = new Rig(1);
    Slot[] inputs = {rig.input(5, 1, 1), rig.input(5, 1, 1)};
    Slot output = rig.output(5, 2, 3);
    float[] found = rig.run(VECTOR.multiply(inputs, output, ActivationFunction.relu()), output);
    for (int p = 0; p < 6; p++) {
      for (int c = 0; c < 5; c++) {
        float product = rig.before(inputs[0], c, 0, 0) * rig.before(inputs[1], c, 0, 0);
        assertWithMessage("[%s, %s]", c, p)
            .that(found[output.position(p) + c])
            .isEqualTo(Math.max(product, 0));
      }
    }
  }

  /** A fused multiplication and addition for one with two roundings, of values below 5·5. */
  @Test
  void affine() {
    Make make =
        (b, x, y) -> {
          float[] scale = new float[y.channels()];
          float[] shift = new float[y.channels()];
          for (int c = 0; c < scale.length; c++) {
            scale[c] = 5f / (c + 1);
            shift[c] = c / 7f - 1;
          }
          return b.affine(x[0], y, scale, shift, ActivationFunction.relu());
        };
    check("m", 0, 50, make);
  }

  @Test
  void activation() {
    check("m", 0, 0, (b, x, y) -> b.activation(x[0], y, ActivationFunction.identity()));
    check("m", 0, 0, (b, x, y) -> b.activation(x[0], y, ActivationFunction.clip(-0.5f, 0.25f)));
    // Each is within 12 roundings of the result, as VectorMath has it, and the scalar one within 1.
    check("m", 0, 13, (b, x, y) -> b.activation(x[0], y, ActivationFunction.silu()));
    check("m", 0, 13, (b, x, y) -> b.activation(x[0], y, ActivationFunction.gelu()));
    Make prelu =
        (b, x, y) -> {
          float[] slopes = new float[y.channels()];
          for (int c = 0; c < slopes.length; c++) {
            slopes[c] = c / 8f;
          }
          return b.activation(x[0], y, ActivationFunction.prelu(slopes));
        };
    check("m", 0, 0, (b, x, y) -> b.activation(x[0], y, ActivationFunction.leakyRelu(0.1f)));
    check("m", 0, 0, prelu);
  }
}
