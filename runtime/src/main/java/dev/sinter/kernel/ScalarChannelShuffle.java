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
  public void run(float[] arena) {
    int plane = output.plane();
    int size = output.channels / groups;
    for (int c = 0; c < output.channels; c++) {
      int from = c % groups * size + c / groups;
      System.arraycopy(arena, input.offset + from * plane, arena, output.offset + c * plane, plane);
    }
  }
}
