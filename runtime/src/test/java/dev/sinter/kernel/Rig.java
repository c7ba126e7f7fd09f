package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertWithMessage;

import java.util.Arrays;
import java.util.Random;

/**
 * Runs one kernel in an arena that is NaN everywhere but in the inputs: a stray read makes a result
 * NaN, and a stray write is found.
 */
final class Rig {
  private static final int GAP = 5;

  /** Where {@code index} values of this shape before it leave room, with a gap before each. */
  static Slot slot(int index, int channels, int height, int width) {
    return Slot.planar(GAP + index * (channels * height * width + GAP), channels, height, width);
  }

  /** A slot behind another one. */
  static Slot behind(Slot slot, int channels, int height, int width) {
    return Slot.planar(slot.offset + slot.size() + GAP, channels, height, width);
  }

  /** Puts one value into each input's slot, runs, and takes the result. */
  static float[] run(Kernel kernel, Slot output, Slot[] inputs, float[]... values) {
    float[] arena = new float[output.offset + output.size() + GAP];
    Arrays.fill(arena, Float.NaN);
    for (int k = 0; k < inputs.length; k++) {
      inputs[k].store(values[k], 0, arena);
    }
    float[] before = arena.clone();

    kernel.run(arena);

    float[] result = new float[output.size()];
    output.load(arena, result, 0);
    System.arraycopy(before, output.offset, arena, output.offset, output.size());
    assertWithMessage("the arena outside the output").that(arena).isEqualTo(before);
    return result;
  }

  static float[] run(Kernel kernel, Slot output, Slot input, float[] values) {
    return run(kernel, output, new Slot[] {input}, values);
  }

  /** Normally distributed floats. */
  static float[] gaussian(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  static int pick(Random random, int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private Rig() {}
}
