package dev.sinter.vector;

import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The largest element or the mean of each window. Both are separable: what the rows of a window
 * have in a column is combined first, for all columns of a line; then the columns. Outside the map
 * a tap is −∞ or 0, which change nothing. A part is a band of output rows.
 *
 * <p>A sum of n rows and m columns of floats is within (n + m)·2⁻²⁴ of the sum of the absolute
 * values (Higham, <i>Accuracy and Stability of Numerical Algorithms</i>, 4.2).
 */
final class VectorPool implements Kernel {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  private static final int PART = 1 << 18; // elements combined

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final boolean mean;
  private final boolean countPadding;
  private final float[] columns; // a mean's: how many count for each element of a line
  private final float outside;
  private final int channels;
  private final int width; // of a line with its padding
  private final int left; // padding
  private final int inside; // columns of the map
  private final Bands bands; // of output rows

  private VectorPool(
      Slot input, Slot output, Window window, boolean mean, boolean countPadding, float outside) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.mean = mean;
    this.countPadding = countPadding;
    this.outside = outside;
    channels = output.channels();
    width =
        (output.width() - 1) * window.strideWidth()
            + (window.kernelWidth() - 1) * window.dilationWidth()
            + 1;
    left = Math.min(window.left(), width);
    inside = Math.min(input.width(), width - left);
    columns = mean ? columns() : new float[0];
    long line =
        (long) width * channels * window.kernelHeight()
            + (long) output.width() * channels * window.kernelWidth();
    bands = Bands.of(output.height(), line * output.height(), PART);
  }

  static Kernel max(Slot input, Slot output, Window window) {
    return new VectorPool(input, output, window, false, false, Float.NEGATIVE_INFINITY);
  }

  static Kernel average(Slot input, Slot output, Window window, boolean countPadding) {
    return new VectorPool(input, output, window, true, countPadding, 0);
  }

  private float[] columns() {
    float[] columns = new float[Window.ceil(output.width() * channels, LANES) * LANES];
    Arrays.fill(columns, 1);
    for (int j = 0; j < output.width(); j++) {
      int at = j * window.strideWidth() - window.left();
      int first = countPadding ? 0 : window.firstColumn(at);
      int end = window.endColumn(at, input.width() + (countPadding ? window.right() : 0));
      Arrays.fill(columns, j * channels, (j + 1) * channels, Math.max(1, end - first));
    }
    return columns;
  }

  /** How many rows count in a mean. */
  private int rows(int top) {
    int first = countPadding ? 0 : window.firstRow(top);
    int end = window.endRow(top, input.height() + (countPadding ? window.bottom() : 0));
    return Math.max(1, end - first);
  }

  @Override
  public int parts() {
    return bands.count();
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(results() + output.width() * channels + LANES);
  }

  /** Where a line of results is in the buffer, behind a line of the map. */
  private int results() {
    return width * channels + LANES;
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    Arrays.fill(buffer, 0, results(), outside);
    int end = bands.from(part + 1);
    for (int i = bands.from(part); i < end; i++) {
      int top = i * window.strideHeight() - window.top();
      if (inside > 0) {
        combineRows(arena, top, buffer);
      }
      combineColumns(buffer);
      if (mean) {
        int count = output.width() * channels;
        PoolLoops.divide(buffer, results(), count, columns, rows(top));
      }
      store(buffer, arena, i * output.width());
    }
  }

  private void combineRows(float[] arena, int top, float[] buffer) {
    int first = window.firstRow(top);
    int rows = window.endRow(top, input.height()) - first;
    int to = left * channels;
    if (rows <= 0) {
      Arrays.fill(buffer, to, to + inside * channels, outside);
      return;
    }
    int position = (top + first * window.dilationHeight()) * input.width();
    int step = window.dilationHeight() * input.width() * input.pixelStride();
    int run = input.isDense() ? inside : 1;
    for (int x = 0; x < inside; x += run) {
      int at = input.position(position + x);
      int count = run * channels;
      int whole = count - count % LANES;
      combine(buffer, to + x * channels, LANES, arena, at, LANES, step, rows, whole / LANES);
      for (int k = whole; k < count; k++) {
        buffer[to + x * channels + k] = combine(arena, at + k, step, rows);
      }
    }
  }

  private void combineColumns(float[] buffer) {
    int step = window.dilationWidth() * channels;
    int taps = window.kernelWidth();
    int count = output.width() * channels;
    if (window.strideWidth() == 1 || output.width() == 1) {
      int vectors = Window.ceil(count, LANES);
      combine(buffer, results(), LANES, buffer, 0, LANES, step, taps, vectors);
      return;
    }
    // A vector of channels at all positions after the other. The last one runs over the next
    // position's channels, which come after it; if it is the only one, a position at a time.
    int next = window.strideWidth() * channels;
    int run = channels < LANES && taps > 3 ? 1 : output.width();
    for (int c = (channels - 1) / LANES * LANES; c >= 0; c -= LANES) {
      for (int j = 0; j < output.width(); j += run) {
        int to = results() + j * channels + c;
        combine(buffer, to, channels, buffer, j * next + c, next, step, taps, run);
      }
    }
  }

  /** Vectors, each of so many taps. */
  private void combine(
      float[] y, int to, int toStep, float[] x, int at, int next, int step, int taps, int count) {
    if (taps == 1) {
      PoolLoops.move(y, to, toStep, x, at, next, count);
      return;
    }
    int tap = at + step;
    if (taps % 2 == 0) {
      PoolLoops.two(mean, y, to, toStep, x, at, next, x, tap, next, count);
    } else {
      PoolLoops.three(mean, y, to, toStep, x, at, next, x, tap, tap + step, next, count);
    }
    for (int k = taps % 2 == 0 ? 2 : 3; k < taps; k += 2) {
      tap = at + k * step;
      PoolLoops.three(mean, y, to, toStep, y, to, toStep, x, tap, tap + step, next, count);
    }
  }

  /** One element. */
  private float combine(float[] x, int at, int step, int taps) {
    float y = x[at];
    for (int k = 1; k < taps; k++) {
      float tap = x[at + k * step];
      y = mean ? y + tap : Math.max(y, tap);
    }
    return y;
  }

  private void store(float[] buffer, float[] arena, int position) {
    int from = results();
    int run = output.isDense() ? output.width() : 1;
    for (int j = 0; j < output.width(); j += run) {
      System.arraycopy(
          buffer, from + j * channels, arena, output.position(position + j), run * channels);
    }
  }
}
