package dev.sinter.kernel;

/** The bias of a convolution: one value for each output channel, or for each and its classes. */
final class Bias {
  private final float[] values;
  private final int[] rows; // where each class of rows begins
  private final int[] columns;
  private final int width;

  /**
   * A bias.
   *
   * @param values [O], or [O, R, S] as {@link Backend#convolution} says
   */
  Bias(float[] values, Slot input, Slot output, Window window) {
    boolean uniform = values.length == output.channels;
    this.values = values;
    this.rows = uniform ? new int[1] : window.rowClasses(output.height, input.height);
    this.columns = uniform ? new int[1] : window.columnClasses(output.width, input.width);
    this.width = uniform ? output.plane() : output.width;
    if (values.length != output.channels * rows.length * columns.length) {
      throw new IllegalArgumentException(
          "A bias of "
              + values.length
              + " values for "
              + output.channels
              + " channels, "
              + rows.length
              + " classes of rows and "
              + columns.length
              + " of columns.");
    }
  }

  /** Adds the bias of channel {@code o} at the positions [from, from + count) to sums[0 …). */
  void add(float[] sums, int o, int from, int count) {
    int to = from + count;
    int row = 0;
    for (int line = from / width * width; line < to; line += width) {
      while (row + 1 < rows.length && rows[row + 1] <= line / width) {
        row++;
      }
      for (int column = 0; column < columns.length; column++) {
        int end = column + 1 < columns.length ? columns[column + 1] : width;
        int begin = Math.max(from, line + columns[column]);
        if (begin < Math.min(to, line + end)) {
          float value = values[(o * rows.length + row) * columns.length + column];
          int last = Math.min(to, line + end) - from;
          for (int j = begin - from; j < last; j++) {
            sums[j] += value;
          }
        }
      }
    }
  }
}
