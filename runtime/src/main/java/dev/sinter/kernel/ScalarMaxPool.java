package dev.sinter.kernel;

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
  public void run(float[] arena) {
    int y = output.offset;
    for (int c = 0; c < output.channels; c++) {
      int x = input.offset + c * input.plane();
      for (int i = 0; i < output.height; i++) {
        int top = i * window.strideHeight - window.top;
        for (int j = 0; j < output.width; j++) {
          arena[y++] = largest(arena, x, top, j * window.strideWidth - window.left);
        }
      }
    }
  }

  private float largest(float[] arena, int x, int top, int left) {
    int firstRow = window.firstRow(top);
    int endRow = window.endRow(top, input.height);
    int firstColumn = window.firstColumn(left);
    int endColumn = window.endColumn(left, input.width);
    float largest = Float.NEGATIVE_INFINITY;
    for (int u = firstRow; u < endRow; u++) {
      int row = x + (top + u * window.dilationHeight) * input.width + left;
      for (int v = firstColumn; v < endColumn; v++) {
        largest = Math.max(largest, arena[row + v * window.dilationWidth]);
      }
    }
    return largest;
  }
}
