package dev.sinter.vector;

import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Softmax over the channels of each position. These are copied, and −∞ behind them to whole
 * vectors, whose exponential is 0. A part is some positions.
 *
 * <p>With u = 2⁻²⁴, t = x − m is rounded, by u·|t| at most, which the exponential makes a relative
 * error; that itself is within 4u, the sum of n vectors and their lanes within (n + lanes)·u, the
 * quotient within u: together (|t| + n + lanes + 5)·u of the result. Below e<sup>−87.3</sup> it is
 * 0.
 */
final class VectorSoftmax implements Kernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PART = 1 << 14; // elements

  private final Slot input;
  private final Slot output;
  private final int channels;
  private final int padded;
  private final int positions; // of a part

  VectorSoftmax(Slot input, Slot output) {
    this.input = input;
    this.output = output;
    channels = output.channels();
    padded = Window.ceil(channels, LANES) * LANES;
    positions = Math.max(1, PART / padded);
  }

  @Override
  public int parts() {
    return Window.ceil(output.positions(), positions);
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(padded + LANES);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    Arrays.fill(buffer, 0, padded, Float.NEGATIVE_INFINITY);
    int end = Math.min((part + 1) * positions, output.positions());
    for (int p = part * positions; p < end; p++) {
      System.arraycopy(arena, input.position(p), buffer, 0, channels);
      largest(buffer, padded);
      exponentials(buffer, padded, largestLane(buffer, padded));
      divide(buffer, padded, sumOfLanes(buffer, padded));
      System.arraycopy(buffer, 0, arena, output.position(p), channels);
      Arrays.fill(buffer, channels, padded, Float.NEGATIVE_INFINITY);
    }
  }

  // Loops of their own, lest HotSpot compile run() before it knows the loops on vectors, and so how
  // often these call what belongs inlined.

  private static float largestLane(float[] values, int at) {
    float largest = values[at];
    for (int i = at + 1; i < at + LANES; i++) {
      largest = values[i] > largest ? values[i] : largest;
    }
    return largest;
  }

  private static float sumOfLanes(float[] values, int at) {
    float sum = 0;
    for (int i = at; i < at + LANES; i++) {
      sum += values[i];
    }
    return sum;
  }

  /** Leaves the largest element of each lane behind the values. NaN is not larger. */
  private static void largest(float[] values, int count) {
    FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < count; i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, values, i);
      largest = largest.blend(x, x.compare(VectorOperators.GT, largest));
    }
    largest.intoArray(values, count);
  }

  /** Leaves the sum of each lane behind the exponentials. */
  private static void exponentials(float[] values, int count, float largest) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i += LANES) {
      FloatVector e = VectorMath.exp(FloatVector.fromArray(SPECIES, values, i).sub(largest));
      e.intoArray(values, i);
      sum = sum.add(e);
    }
    sum.intoArray(values, count);
  }

  private static void divide(float[] values, int count, float divisor) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(SPECIES, values, i).div(divisor).intoArray(values, i);
    }
  }
}
