package dev.sinter.kernel;

/**
 * A copy of the indices of one axis that lie a step apart: in runs, as long as they lie together.
 */
final class ScalarSlice implements Kernel {
  private final Slot input;
  private final Slot output;
  private final int start;
  private final int step;

  private final int outer; // indices of the axes before, as one
  private final int inner; // floats of the axes behind
  private final int given; // indices of the axis
  private final int taken;

  ScalarSlice(Slot input, Slot output, int axis, int start, int step) {
    this.input = input;
    this.output = output;
    this.start = start;
    this.step = step;
    int[] from = {input.channels, input.height, input.width};
    int[] to = {output.channels, output.height, output.width};
    given = from[axis];
    taken = to[axis];
    int before = 1;
    for (int k = 0; k < axis; k++) {
      before *= from[k];
    }
    outer = before;
    inner = input.size() / outer / given;
  }

  @Override
  public void run(float[] arena) {
    int run = step == 1 ? taken * inner : inner;
    int y = output.offset;
    for (int k = 0; k < outer; k++) {
      for (int index = 0; index < taken; index += run / inner) {
        int x = input.offset + (k * given + start + index * step) * inner;
        if (run == 1) {
          arena[y] = arena[x];
        } else {
          System.arraycopy(arena, x, arena, y, run);
        }
        y += run;
      }
    }
  }
}
