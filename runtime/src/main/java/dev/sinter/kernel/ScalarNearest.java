package dev.sinter.kernel;

/** A resampled map whose elements are those of the input. A part is a band of lines. */
final class ScalarNearest implements Kernel {
  private final Slot input;
  private final Slot output;
  private final int[] rows;
  private final int[] columns;
  private final Bands bands;

  ScalarNearest(Slot input, Slot output) {
    this.input = input;
    this.output = output;
    rows = indices(input.height(), output.height());
    columns = indices(input.width(), output.width());
    bands = new Bands(output.height(), (long) output.width() * output.channels());
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
  public int parts() {
    return bands.parts();
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    for (int i = bands.from(part); i < bands.to(part); i++) {
      for (int j = 0; j < columns.length; j++) {
        int x = input.position(rows[i] * input.width() + columns[j]);
        int y = output.position(i * columns.length + j);
        System.arraycopy(arena, x, arena, y, output.channels());
      }
    }
  }
}
