package dev.sinter.kernel;

/** A resampled map whose elements are those of the input; equal rows are copied. */
final class ScalarNearest implements Kernel {
  private final Slot input;
  private final Slot output;
  private final int[] rows;
  private final int[] columns;

  ScalarNearest(Slot input, Slot output) {
    this.input = input;
    this.output = output;
    rows = indices(input.height, output.height);
    columns = indices(input.width, output.width);
  }

  private static int[] indices(int given, int wanted) {
    int[] indices = new int[wanted];
    float scale = (float) given / wanted;
    for (int i = 0; i < wanted; i++) {
      if (wanted == given) {
        indices[i] = i;
      } else if (wanted == 2L * given) {
        indices[i] = i / 2;
      } else {
        indices[i] = Math.min((int) (i * scale), given - 1);
      }
    }
    return indices;
  }

  @Override
  public void run(float[] arena) {
    int y = output.offset;
    for (int c = 0; c < output.channels; c++) {
      for (int i = 0; i < rows.length; i++) {
        if (i > 0 && rows[i] == rows[i - 1]) {
          System.arraycopy(arena, y - columns.length, arena, y, columns.length);
        } else {
          int x = input.offset + (c * input.height + rows[i]) * input.width;
          for (int j = 0; j < columns.length; j++) {
            arena[y + j] = arena[x + columns[j]];
          }
        }
        y += columns.length;
      }
    }
  }
}
