package dev.sinter.vector;

import dev.sinter.kernel.BilinearAxis;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A resampled map whose elements lie between four of the input: a line between two lines first,
 * then its elements between those. A part is some lines.
 */
final class VectorBilinear implements Kernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PART = 1 << 17; // elements

  private final Slot input;
  private final Slot output;
  private final BilinearAxis rows;
  private final BilinearAxis columns;
  private final int channels;
  private final int lines;

  VectorBilinear(Slot input, Slot output, boolean alignCorners) {
    this.input = input;
    this.output = output;
    rows = new BilinearAxis(input.height(), output.height(), alignCorners);
    columns = new BilinearAxis(input.width(), output.width(), alignCorners);
    channels = output.channels();
    lines = Math.max(1, PART / (channels * output.width()));
  }

  @Override
  public int parts() {
    return Window.ceil(output.height(), lines);
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(results() + output.width() * channels + LANES);
  }

  /** Where a line of results is in the buffer, behind a line between two of the input. */
  private int results() {
    return input.width() * channels + LANES;
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    int end = Math.min((part + 1) * lines, output.height());
    for (int i = part * lines; i < end; i++) {
      line(arena, i, buffer);
      for (int j = 0; j < output.width(); j++) { // each runs over what comes after it
        int a = columns.first(j) * channels;
        int b = columns.second(j) * channels;
        between(buffer, results() + j * channels, buffer, a, b, columns.share(j), channels);
      }
      store(buffer, arena, i * output.width());
    }
  }

  /** The line on which the results lie. */
  private void line(float[] arena, int i, float[] buffer) {
    int above = rows.first(i) * input.width();
    int below = rows.second(i) * input.width();
    float share = rows.share(i);
    int run = input.isDense() ? input.width() : 1;
    for (int x = 0; x < input.width(); x += run) {
      int to = x * channels;
      int a = input.position(above + x);
      int b = input.position(below + x);
      int count = run * channels;
      int whole = count - count % LANES;
      between(buffer, to, arena, a, b, share, whole);
      for (int k = whole; k < count; k++) {
        buffer[to + k] = (1 - share) * arena[a + k] + share * arena[b + k];
      }
    }
  }

  private static void between(float[] y, int to, float[] x, int a, int b, float share, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector second = FloatVector.fromArray(SPECIES, x, b + i).mul(share);
      FloatVector first = FloatVector.fromArray(SPECIES, x, a + i).mul(1 - share);
      first.add(second).intoArray(y, to + i);
    }
  }

  private void store(float[] buffer, float[] arena, int position) {
    int run = output.isDense() ? output.width() : 1;
    for (int j = 0; j < output.width(); j += run) {
      int to = output.position(position + j);
      System.arraycopy(buffer, results() + j * channels, arena, to, run * channels);
    }
  }
}
