package dev.sinter.kernel;

import java.util.Arrays;

/** The largest element of each window; −∞ where a window lies outside the map altogether. */
final class ScalarMaxPool implements Kernel {
  private final Slot input;
  private final Slot output;
  private final Window window;

  ScalarMaxPool(Slot input, Slot output, Window window) {
    this.input = input;
    this.output = output;
    this.window = window;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.NONE.rows(2, output.channels());
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    for (int i = 0; i < output.height(); i++) {
      int top = i * window.strideHeight() - window.top();
      for (int j = 0; j < output.width(); j++) {
        int left = j * window.strideWidth() - window.left();
        int y = output.position(i * output.width() + j);
        largest(arena, top, left, scratch.rows());
        System.arraycopy(scratch.rows()[0], 0, arena, y, output.channels());
      }
    }
  }

  /** Leaves the largest elements of a window in the first row. */
  private void largest(float[] arena, int top, int left, float[][] rows) {
    int firstRow = window.firstRow(top);
    int endRow = window.endRow(top, input.height());
    int firstColumn = window.firstColumn(left);
    int endColumn = window.endColumn(left, input.width());
    int channels = output.channels();
    Arrays.fill(rows[0], 0, channels, Float.NEGATIVE_INFINITY);
    for (int u = firstRow; u < endRow; u++) {
      int line = (top + u * window.dilationHeight()) * input.width() + left;
      for (int v = firstColumn; v < endColumn; v++) {
        int x = input.position(line + v * window.dilationWidth());
        System.arraycopy(arena, x, rows[1], 0, channels);
        Rows.max(rows[0], rows[1], channels);
      }
    }
  }
}
