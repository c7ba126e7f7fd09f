package dev.sinter.kernel;

import java.util.Arrays;

/**
 * The mean of each window, summed in double; 0 where no tap counts. A part is some channels of a
 * line of the output.
 */
final class ScalarAveragePool implements Kernel {
  private static final int CHANNELS = 128; // of a part

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

  private int blocks() {
    return (output.channels() - 1) / CHANNELS + 1;
  }

  @Override
  public int parts() {
    return output.height() * blocks();
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int i = part / blocks();
    int from = part % blocks() * CHANNELS;
    int to = Math.min(from + CHANNELS, output.channels());
    for (int j = 0; j < output.width(); j++) {
      means(arena, i, j, from, to);
    }
  }

  /** The means of the channels [from, to) at one position. */
  private void means(float[] arena, int i, int j, int from, int to) {
    int y = output.position(i * output.width() + j);
    int top = i * window.strideHeight() - window.top();
    int left = j * window.strideWidth() - window.left();
    int firstRow = window.firstRow(top);
    int endRow = window.endRow(top, input.height());
    int firstColumn = window.firstColumn(left);
    int endColumn = window.endColumn(left, input.width());
    int rows = endRow - firstRow;
    int columns = endColumn - firstColumn;
    if (rows <= 0 || columns <= 0) {
      Arrays.fill(arena, y + from, y + to, 0);
      return;
    }
    if (countPadding) { // no window begins before the padded map
      rows = window.endRow(top, input.height() + window.bottom());
      columns = window.endColumn(left, input.width() + window.right());
    }
    for (int c = from; c < to; c++) {
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
