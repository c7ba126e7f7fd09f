package dev.sinter.kernel;

import java.util.Arrays;

/** A resampled map: for each row of the result the sum of some rows, and then of its positions. */
final class ScalarResample implements Kernel {
  private static final int PART = 65_536; // elements

  private final Slot input;
  private final Slot output;
  private final Axis rows;
  private final Axis columns;
  private final int band;

  ScalarResample(Slot input, Slot output, float[] rows, float[] columns) {
    this.input = input;
    this.output = output;
    this.rows = new Axis(rows, output.height());
    this.columns = new Axis(columns, output.width());
    band = Math.max(1, PART / (output.channels() * output.width()));
  }

  /** For each output, where its taps begin, and their weights. */
  private static final class Axis {
    final int[] first;
    final float[] weights;
    final int taps;

    Axis(float[] table, int outputs) {
      taps = table.length / outputs - 1;
      first = new int[outputs];
      weights = new float[taps * outputs];
      for (int i = 0; i < outputs; i++) {
        first[i] = (int) table[i * (taps + 1)];
        System.arraycopy(table, i * (taps + 1) + 1, weights, i * taps, taps);
      }
    }
  }

  @Override
  public int parts() {
    return (output.height() - 1) / band + 1;
  }

  /** The sum of rows, the result's row, and the rows that are summed. */
  @Override
  public ScratchSize scratch() {
    int width = Math.max(input.width(), output.width());
    return ScratchSize.NONE.rows(2 + rows.taps, width * output.channels());
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int end = Math.min((part + 1) * band, output.height());
    for (int i = part * band; i < end; i++) {
      row(arena, i, scratch.rows());
    }
  }

  private void row(float[] arena, int i, float[][] buffers) {
    int length = input.width() * input.channels();
    for (int k = 0; k < rows.taps; k++) {
      int from = (rows.first[i] + k) * input.width();
      Rows.load(arena, input, from, from + input.width(), buffers[2 + k]);
    }
    Arrays.fill(buffers[0], 0, length, 0);
    Rows.addWeighted(buffers[0], length, rows.weights, i * rows.taps, buffers, 2, rows.taps);
    for (int j = 0; j < output.width(); j++) {
      position(buffers[0], j, buffers[1]);
    }
    Rows.store(buffers[1], arena, output, i * output.width(), (i + 1) * output.width());
  }

  private void position(float[] x, int j, float[] y) {
    int channels = output.channels();
    int to = j * channels;
    Arrays.fill(y, to, to + channels, 0);
    for (int k = 0; k < columns.taps; k++) {
      float weight = columns.weights[j * columns.taps + k];
      int from = (columns.first[j] + k) * channels;
      for (int c = 0; c < channels; c++) {
        y[to + c] += weight * x[from + c];
      }
    }
  }
}
