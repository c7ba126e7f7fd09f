package dev.sinter.kernel;

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
  public void run(float[] arena) {
    int y = output.offset;
    for (int c = 0; c < output.channels; c++) {
      int x = input.offset + c * input.plane();
      for (int i = 0; i < output.height; i++) {
        int top = i * window.strideHeight - window.top;
        for (int j = 0; j < output.width; j++) {
          arena[y++] = mean(arena, x, top, j * window.strideWidth - window.left);
        }
      }
    }
  }

  private float mean(float[] arena, int x, int top, int left) {
    int firstRow = window.firstRow(top);
    int endRow = window.endRow(top, input.height);
    int firstColumn = window.firstColumn(left);
    int endColumn = window.endColumn(left, input.width);
    if (firstRow >= endRow || firstColumn >= endColumn) {
      return 0;
    }
    double sum = 0;
    for (int u = firstRow; u < endRow; u++) {
      int row = x + (top + u * window.dilationHeight) * input.width + left;
      for (int v = firstColumn; v < endColumn; v++) {
        sum += arena[row + v * window.dilationWidth];
      }
    }
    int rows = endRow - firstRow;
    int columns = endColumn - firstColumn;
    if (countPadding) { // no window begins before the padded map
      rows = window.endRow(top, input.height + window.bottom);
      columns = window.endColumn(left, input.width + window.right);
    }
    return (float) (sum / (rows * columns));
  }
}
