package dev.sinter.kernel;

/** Copies of channels, in another order. */
final class ScalarChannelShuffle implements Kernel {
  private final Slot input;
  private final Slot output;
  private final int groups;

  ScalarChannelShuffle(Slot input, Slot output, int groups) {
    this.input = input;
    this.output = output;
    this.groups = groups;
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int size = output.channels() / groups;
    for (int p = 0; p < output.positions(); p++) {
      int x = input.position(p);
      int y = output.position(p);
      for (int k = 0; k < size; k++) {
        for (int g = 0; g < groups; g++) {
          arena[y++] = arena[x + g * size + k];
        }
      }
    }
  }
}
