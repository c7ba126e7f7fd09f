package dev.sinter.kernel;

/**
 * A copy of the indices of one axis that lie a step apart: channels together where they do. A part
 * is a band of lines.
 */
final class ScalarSlice implements Kernel {
  private final Slot input;
  private final Slot output;
  private final int axis;
  private final int start;
  private final int step;
  private final Bands bands;

  ScalarSlice(Slot input, Slot output, int axis, int start, int step) {
    this.input = input;
    this.output = output;
    this.axis = axis;
    this.start = start;
    this.step = step;
    bands = new Bands(output.height(), (long) output.width() * output.channels());
  }

  @Override
  public int parts() {
    return bands.parts();
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    for (int i = bands.from(part); i < bands.to(part); i++) {
      int row = axis == 1 ? start + step * i : i;
      for (int j = 0; j < output.width(); j++) {
        int column = axis == 2 ? start + step * j : j;
        int x = input.position(row * input.width() + column);
        int y = output.position(i * output.width() + j);
        if (axis != 0) {
          System.arraycopy(arena, x, arena, y, output.channels());
        } else if (step == 1) {
          System.arraycopy(arena, x + start, arena, y, output.channels());
        } else {
          for (int c = 0; c < output.channels(); c++) {
            arena[y + c] = arena[x + start + step * c];
          }
        }
      }
    }
  }
}
