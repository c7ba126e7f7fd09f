package dev.sinter.kernel;

import java.util.Arrays;

/** The border's value everywhere, and the positions of the input copied into it. */
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
  public void run(float[] arena, int part, Scratch scratch) {
    for (int p = 0; p < output.positions(); p++) {
      int y = output.position(p);
      Arrays.fill(arena, y, y + output.channels(), value);
    }
    for (int i = 0; i < input.height(); i++) {
      for (int j = 0; j < input.width(); j++) {
        int x = input.position(i * input.width() + j);
        int y = output.position((top + i) * output.width() + left + j) + before;
        System.arraycopy(arena, x, arena, y, input.channels());
      }
    }
  }
}
