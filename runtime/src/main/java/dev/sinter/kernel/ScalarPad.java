package dev.sinter.kernel;

import java.util.Arrays;

/** The border's value everywhere, and the rows of the input copied into it. */
final class ScalarPad implements Kernel {
  private final Slot input;
  private final Slot output;
  private final int before;
  private final int top;
  private final int left;
  private final float value;

  ScalarPad(Slot input, Slot output, int before, int top, int left, float value) {
    this.input = input;
    this.output = output;
    this.before = before;
    this.top = top;
    this.left = left;
    this.value = value;
  }

  @Override
  public void run(float[] arena) {
    Arrays.fill(arena, output.offset, output.offset + output.size(), value);
    int x = input.offset;
    for (int c = before; c < before + input.channels; c++) {
      for (int i = top; i < top + input.height; i++) {
        int y = output.offset + (c * output.height + i) * output.width + left;
        System.arraycopy(arena, x, arena, y, input.width);
        x += input.width;
      }
    }
  }
}
