package dev.sinter.vector;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Runs one kernel in an arena that is NaN everywhere but in the inputs and ends with the last slot:
 * a stray read makes a result NaN, and a stray write is found, as each NaN is another one. Some
 * slots are channels of larger values, which belong to others.
 */
final class Rig {
  /** Numbers of channels around the lengths of vectors. */
  static final int[] CHANNELS = {1, 3, 4, 6, 8, 13, 16, 17, 25, 33};

  private final Random random;
  private final List<Slot> inputs = new ArrayList<>();
  private int end;
  private float[] before = {};

  Rig(long seed) {
    random = new Random(seed);
  }

  /** A slot behind those before, dense or not. */
  Slot output(int channels, int height, int width) {
    int stride = channels + new int[] {0, 0, 1, 3, channels}[random.nextInt(5)];
    Slot slot = Slot.of(end + 3, channels, height, width).pixelStride(stride);
    end = end(slot);
    return slot;
  }

  /** The same with normally distributed values. */
  Slot input(int channels, int height, int width) {
    Slot slot = output(channels, height, width);
    inputs.add(slot);
    return slot;
  }

  private static int end(Slot slot) {
    return slot.position(slot.positions() - 1) + slot.channels();
  }

  /** An element of an input as it was before the run. */
  float before(Slot slot, int channel, int y, int x) {
    return before[slot.position(y * slot.width() + x) + channel];
  }

  /** Puts a value into all inputs, at random places of theirs. */
  void spoil(float value, int times) {
    fill();
    for (Slot input : inputs) {
      for (int k = 0; k < times; k++) {
        int position = random.nextInt(input.positions());
        before[input.position(position) + random.nextInt(input.channels())] = value;
      }
    }
  }

  private void fill() {
    before = new float[end];
    for (int i = 0; i < end; i++) {
      before[i] = Float.intBitsToFloat(0x7fc0_0000 | i & 0x3f_ffff);
    }
    for (Slot input : inputs) {
      for (int p = 0; p < input.positions(); p++) {
        for (int c = 0; c < input.channels(); c++) {
          before[input.position(p) + c] = (float) random.nextGaussian();
        }
      }
    }
  }

  /** Runs all parts, the last first, each also by itself: no element is written by two. */
  float[] run(Kernel kernel, Slot output) {
    if (before.length == 0) {
      fill();
    }
    float[] arena = before.clone();
    boolean[] written = new boolean[end];
    for (int part = kernel.parts() - 1; part >= 0; part--) {
      Scratch scratch = new Scratch(kernel.scratch());
      Arrays.fill(scratch.buffer(), Float.NaN);
      for (float[] row : scratch.rows()) {
        Arrays.fill(row, Float.NaN);
      }
      float[] alone = before.clone();
      kernel.run(alone, part, scratch);
      kernel.run(arena, part, scratch);
      for (int i = 0; i < end; i++) {
        if (Float.floatToRawIntBits(alone[i]) != Float.floatToRawIntBits(before[i])) {
          assertWithMessage("part %s wrote %s too", part, i).that(written[i]).isFalse();
          written[i] = true;
        }
      }
    }
    boolean[] mine = new boolean[end];
    for (int p = 0; p < output.positions(); p++) {
      Arrays.fill(mine, output.position(p), output.position(p) + output.channels(), true);
    }
    for (int i = 0; i < end; i++) {
      if (!mine[i] && Float.floatToRawIntBits(arena[i]) != Float.floatToRawIntBits(before[i])) {
        throw new AssertionError("wrote " + i + ", which is not the output's");
      }
    }
    return arena;
  }

  /** Within the error; the same where that is infinite or NaN. */
  static void assertClose(String place, double found, double expected, double error) {
    boolean same = Double.isNaN(expected) ? Double.isNaN(found) : found == expected;
    if (!same && !(Math.abs(found - expected) <= error)) {
      throw new AssertionError(
          place + ": " + found + " for " + expected + ", which may be off by " + error);
    }
  }
}
