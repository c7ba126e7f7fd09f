package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertWithMessage;

import java.util.Arrays;
import java.util.Random;

/**
 * Runs one kernel in an arena that is NaN everywhere but in the inputs: a stray read makes a result
 * NaN, and a stray write is found, as each NaN is another one. Some of the slots that a rig gives
 * are channels of larger values, which belong to others.
 */
final class Rig {
  private static final int GAP = 5;

  private final Random random;
  private int end;

  /** A rig whose slots follow each other. */
  Rig(long seed) {
    random = new Random(seed);
  }

  /** A slot behind all those before, with a gap, dense or not. */
  Slot slot(int channels, int height, int width) {
    int stride = channels + pick(random, 0, 0, 1, 3, channels);
    Slot slot = Slot.of(end + GAP, channels, height, width).pixelStride(stride);
    end = end(slot);
    return slot;
  }

  /** One more than the slot's last element. */
  private static int end(Slot slot) {
    return slot.position(slot.positions() - 1) + slot.channels();
  }

  /**
   * Puts one value into each input's slot, runs all parts, the last one first, and takes the
   * result. Each part by itself must write elements that no other writes.
   */
  static float[] run(Kernel kernel, Slot output, Slot[] inputs, float[]... values) {
    int size = end(output);
    for (Slot input : inputs) {
      size = Math.max(size, end(input));
    }
    float[] before = new float[size + GAP];
    for (int i = 0; i < before.length; i++) {
      before[i] = nan(i);
    }
    for (int k = 0; k < inputs.length; k++) {
      inputs[k].store(values[k], 0, before);
    }
    float[] arena = before.clone();
    boolean[] written = new boolean[arena.length];
    for (int part = kernel.parts() - 1; part >= 0; part--) {
      Scratch scratch = scratch(kernel);
      float[] alone = before.clone();
      kernel.run(alone, part, scratch);
      kernel.run(arena, part, scratch);
      for (int i = 0; i < alone.length; i++) {
        if (Float.floatToRawIntBits(alone[i]) != Float.floatToRawIntBits(before[i])) {
          assertWithMessage("part %s of %s wrote %s", part, kernel.parts(), i)
              .that(written[i])
              .isFalse();
          written[i] = true;
        }
      }
    }

    float[] result = new float[output.size()];
    output.load(arena, result, 0);
    for (int p = 0; p < output.positions(); p++) {
      int at = output.position(p);
      System.arraycopy(before, at, arena, at, output.channels());
    }
    assertWithMessage("the arena outside the output").that(bits(arena)).isEqualTo(bits(before));
    return result;
  }

  static float[] run(Kernel kernel, Slot output, Slot input, float[] values) {
    return run(kernel, output, new Slot[] {input}, values);
  }

  /** Buffers full of NaN. */
  private static Scratch scratch(Kernel kernel) {
    Scratch scratch = new Scratch(kernel.scratch());
    Arrays.fill(scratch.buffer(), nan(0));
    for (float[] row : scratch.rows()) {
      Arrays.fill(row, nan(0));
    }
    return scratch;
  }

  private static float nan(int index) {
    return Float.intBitsToFloat(0x7fc0_0000 | index & 0x3f_ffff);
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
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
}
