package dev.sinter.kernel;

import java.util.Arrays;

/**
 * The largest element of each window: what a tap meets at some positions of a line is copied to a
 * row. Outside the map it meets −∞. A part is some lines.
 */
final class ScalarMaxPool implements Kernel {
  private static final int PART = 1 << 20; // comparisons
  private static final int LENGTH = 512; // of a row

  private final Slot output;
  private final Taps taps;
  private final int area;
  private final int run; // positions at a time
  private final int lines; // of a part
  private final float[] outside;

  ScalarMaxPool(Slot input, Slot output, Window window) {
    this.output = output;
    taps = new Taps(input, output, window);
    area = window.kernelHeight() * window.kernelWidth();
    run = taps.run(LENGTH);
    lines = taps.lines(PART);
    outside = new float[run * output.channels()];
    Arrays.fill(outside, Float.NEGATIVE_INFINITY);
  }

  @Override
  public int parts() {
    return (output.height() - 1) / lines + 1;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.NONE.rows(2, outside.length);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] largest = scratch.rows()[0];
    float[] met = scratch.rows()[1];
    int end = Math.min((part + 1) * lines, output.height());
    for (int i = part * lines; i < end; i++) {
      for (int j = 0; j < output.width(); j += run) {
        int count = Math.min(run, output.width() - j);
        taps.copy(arena, 0, i, j, count, outside, largest);
        for (int tap = 1; tap < area; tap++) {
          taps.copy(arena, tap, i, j, count, outside, met);
          Rows.max(largest, met, count * output.channels());
        }
        int from = i * output.width() + j;
        Rows.store(largest, arena, output, from, from + count);
      }
    }
  }
}
