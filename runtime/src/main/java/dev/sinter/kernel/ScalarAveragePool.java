package dev.sinter.kernel;

import java.util.Arrays;

/** The mean of each window, summed in double; 0 where no tap counts. */
final class ScalarAveragePool implements Kernel {
  private final Slot input;
  private final Slot output;
  private final Window window;
  private final boolean countPadding;

  ScalarAveragePool(Slot input, Slot output, Window window, boolean countPadding) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.countPadding = countPadding;
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    for (int i = 0; i < output.height(); i++) {
      int top = i * window.strideHeight() - window.top();
      for (int j = 0; j < output.width(); j++) {
        means(arena, output.position(i * output.width() + j), top, left(j));
      }
    }
  }

  private int left(int j) {
    return j * window.strideWidth() - window.left();
  }

  /** The means of all channels at one position. */
  private void means(float[] arena, int y, int top, int left) {
    int firstRow = window.firstRow(top);
    int endRow = window.endRow(top, input.height());
    int firstColumn = window.firstColumn(left);
    int endColumn = window.endColumn(left, input.width());
    int rows = endRow - firstRow;
    int columns = endColumn - firstColumn;
    if (rows <= 0 || columns <= 0) {
      Arrays.fill(arena, y, y + output.channels(), 0);
      return;
    }
    if (countPadding) { // no window begins before the padded map
      rows = window.endRow(top, input.height() + window.bottom());
      columns = window.endColumn(left, input.width() + window.right());
    }
    for (int c = 0; c < output.channels(); c++) {
      double sum = 0;
      for (int u = firstRow; u < endRow; u++) {
        int line = (top + u * window.dilationHeight()) * input.width() + left;
        for (int v = firstColumn; v < endColumn; v++) {
          sum += arena[input.position(line + v * window.dilationWidth()) + c];
        }
      }
      arena[y + c] = (float) (sum / (rows * columns));
    }
  }
}
