package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ScalarElementwiseTest {
  private static final ScalarBackend SCALAR = new ScalarBackend();
  private static final int[][] SHAPES = {
    {1, 1, 1}, {3, 1, 1}, {17, 1, 1}, {1, 7, 5}, {4, 1, 13}, {13, 5, 2}, {6, 13, 13}
  };

  private final Random random = new Random(4);

  /** Two roundings, each of at most 2⁻²⁴ of |scale·x| + |shift|. */
  @Test
  void affine() {
    for (int[] shape : SHAPES) {
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(shape[0], shape[1], shape[2]);
      Slot y = rig.slot(shape[0], shape[1], shape[2]);
      float[] values = Rig.gaussian(random, x.size());
      float[] scale = Rig.gaussian(random, x.channels());
      float[] shift = Rig.gaussian(random, x.channels());
      Kernel kernel = SCALAR.affine(x, y, scale, shift, ActivationFunction.identity());

      float[] found = Rig.run(kernel, y, x, values);

      for (int i = 0; i < found.length; i++) {
        int c = i / x.positions();
        double product = (double) scale[c] * values[i];
        assertWithMessage("[%s] of %s", i, x.size())
            .that((double) found[i])
            .isWithin(2 * 0x1p-24 * (Math.abs(product) + Math.abs(shift[c])))
            .of(product + shift[c]);
      }
    }
  }

  @Test
  void affineThenActivationOfTheChannel() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(2, 1, 2);
    Slot y = rig.slot(2, 1, 2);
    Kernel kernel =
        SCALAR.affine(
            x, y, new float[] {2, 4}, new float[] {1, -1}, ActivationFunction.prelu(0.5f, 0.25f));
    assertThat(Rig.run(kernel, y, x, new float[] {-2, 2, -2, 2}))
        .isEqualTo(new float[] {-1.5f, 5, -2.25f, 7});
  }

  @Test
  void activation() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(2, 1, 2);
    Slot y = rig.slot(2, 1, 2);
    Kernel kernel = SCALAR.activation(x, y, ActivationFunction.prelu(0.5f, 0.25f));
    assertThat(Rig.run(kernel, y, x, new float[] {-2, 2, -2, 2}))
        .isEqualTo(new float[] {-1, 2, -0.5f, 2});
  }

  @Test
  void addFromLeftToRight() {
    for (int[] shape : SHAPES) {
      for (int count = 1; count <= 4; count++) {
        Slot[] inputs = new Slot[count];
        float[][] values = new float[count][];
        Rig rig = new Rig(random.nextLong());
        for (int k = 0; k < count; k++) {
          inputs[k] = rig.slot(shape[0], shape[1], shape[2]);
          values[k] = Rig.gaussian(random, inputs[k].size());
        }
        Slot y = rig.slot(shape[0], shape[1], shape[2]);
        Kernel kernel = SCALAR.add(inputs, y, ActivationFunction.relu());

        float[] found = Rig.run(kernel, y, inputs, values);

        for (int i = 0; i < found.length; i++) {
          float sum = values[0][i];
          for (int k = 1; k < count; k++) {
            sum += values[k][i];
          }
          assertThat(found[i]).isEqualTo(Math.max(sum, 0));
        }
      }
    }
  }

  @Test
  void addOfTheSameValueTwice() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(3, 1, 1);
    Slot y = rig.slot(3, 1, 1);
    Kernel kernel = SCALAR.add(new Slot[] {x, x}, y, ActivationFunction.identity());
    assertThat(Rig.run(kernel, y, x, new float[] {1, 2, 3})).isEqualTo(new float[] {2, 4, 6});
  }

  /** Each factor a map or one element a channel; the products rounded from left to right. */
  @Test
  void multiplyFromLeftToRight() {
    for (int[] shape : SHAPES) {
      for (int kinds = 0; kinds < 8; kinds++) { // a bit for each factor that is a map
        Slot[] inputs = new Slot[3];
        float[][] values = new float[3][];
        Rig rig = new Rig(random.nextLong());
        for (int k = 0; k < 3; k++) {
          boolean map = (kinds >> k & 1) == 1;
          int height = map ? shape[1] : 1;
          int width = map ? shape[2] : 1;
          inputs[k] = rig.slot(shape[0], height, width);
          values[k] = Rig.gaussian(random, inputs[k].size());
        }
        Slot y = rig.slot(shape[0], shape[1], shape[2]);
        Kernel kernel = SCALAR.multiply(inputs, y, ActivationFunction.identity());

        float[] found = Rig.run(kernel, y, inputs, values);

        for (int i = 0; i < found.length; i++) {
          float product = 1;
          for (int k = 0; k < 3; k++) {
            product *= values[k][values[k].length == found.length ? i : i / y.positions()];
          }
          assertThat(found[i]).isEqualTo(product);
        }
      }
    }
  }

  @Test
  void multiplyThenActivationOfTheChannel() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(2, 1, 2);
    Slot gate = rig.slot(2, 1, 1);
    Slot y = rig.slot(2, 1, 2);
    Kernel kernel = SCALAR.multiply(new Slot[] {x, gate}, y, ActivationFunction.prelu(0.5f, 0.25f));
    assertThat(
            Rig.run(
                kernel, y, new Slot[] {x, gate}, new float[] {-2, 2, -2, 2}, new float[] {2, 4}))
        .isEqualTo(new float[] {-2, 4, -2, 8});
  }

  private interface Kernels {
    Kernel kernel(Slot[] inputs, Slot output);
  }

  @Test
  void inPlaceGivesTheSameBits() {
    ActivationFunction silu = ActivationFunction.silu();
    for (int[] shape : SHAPES) {
      float[] scale = Rig.gaussian(random, shape[0]);
      float[] shift = Rig.gaussian(random, shape[0]);
      inPlace(shape, 0, (x, y) -> SCALAR.affine(x[0], y, scale, shift, silu), "m");
      inPlace(shape, 0, (x, y) -> SCALAR.activation(x[0], y, silu), "m");
      for (int replaced = 0; replaced < 2; replaced++) {
        for (String kinds : new String[] {"mm", "mmm", "mmmm"}) {
          inPlace(shape, replaced, (x, y) -> SCALAR.add(x, y, silu), kinds);
        }
      }
      for (String kinds : new String[] {"mm", "mc", "mmm", "mmc", "mcm", "mcc"}) {
        inPlace(shape, 0, (x, y) -> SCALAR.multiply(x, y, silu), kinds);
      }
      for (String kinds : new String[] {"mm", "cm", "mmm", "mmc", "cmm", "cmc"}) {
        inPlace(shape, 1, (x, y) -> SCALAR.multiply(x, y, silu), kinds);
      }
    }
  }

  /** Over one of inputs that are maps (m) or have one element a channel (c). */
  private void inPlace(int[] shape, int replaced, Kernels kernels, String kinds) {
    Slot[] inputs = new Slot[kinds.length()];
    float[][] values = new float[inputs.length][];
    Rig rig = new Rig(random.nextLong());
    for (int k = 0; k < inputs.length; k++) {
      boolean map = kinds.charAt(k) == 'm';
      inputs[k] = rig.slot(shape[0], map ? shape[1] : 1, map ? shape[2] : 1);
      values[k] = Rig.gaussian(random, inputs[k].size());
    }
    Slot apart = rig.slot(shape[0], shape[1], shape[2]);
    Slot[] moved = inputs.clone();
    moved[replaced] = apart;

    float[] expected = Rig.run(kernels.kernel(inputs, apart), apart, inputs, values);
    float[] found = Rig.run(kernels.kernel(moved, apart), apart, moved, values);

    assertWithMessage("%s over %s", kinds, replaced).that(found).isEqualTo(expected);
  }

  /**
   * Exponentials and sum in double: what is left is that the exponential and the quotient are
   * rounded to float, 2⁻²⁴ of the result each; a third is for the double arithmetic. Below the
   * normal floats the rounding of the exponential is up to half the least float instead.
   */
  @Test
  void softmax() {
    for (int[] shape : SHAPES) {
      for (float spread : new float[] {1, 30, 1e30f}) {
        Rig rig = new Rig(random.nextLong());
        Slot x = rig.slot(shape[0], shape[1], shape[2]);
        Slot y = rig.slot(shape[0], shape[1], shape[2]);
        float[] values = Rig.gaussian(random, x.size());
        for (int i = 0; i < values.length; i++) {
          values[i] *= spread;
        }

        float[] found = Rig.run(SCALAR.softmax(x, y), y, x, values);

        for (int position = 0; position < x.positions(); position++) {
          for (int c = 0; c < x.channels(); c++) {
            // 1/Σ exp(x' − x) needs no largest element, and overflows to the right limit.
            double sum = 0;
            for (int other = 0; other < x.channels(); other++) {
              sum +=
                  Math.exp(
                      (double) values[other * x.positions() + position]
                          - values[c * x.positions() + position]);
            }
            assertWithMessage("spread %s: [%s, %s]", spread, c, position)
                .that((double) found[c * x.positions() + position])
                .isWithin(3 * 0x1p-24 / sum + Float.MIN_VALUE)
                .of(1 / sum);
          }
        }
      }
    }
  }

  @Test
  void softmaxKeepsNaNAtItsPosition() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(2, 1, 2);
    Slot y = rig.slot(2, 1, 2);
    float[] found = Rig.run(SCALAR.softmax(x, y), y, x, new float[] {1, Float.NaN, 1, 0});
    assertThat(found).isEqualTo(new float[] {0.5f, Float.NaN, 0.5f, Float.NaN});
  }
}
