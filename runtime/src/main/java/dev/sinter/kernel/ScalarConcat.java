package dev.sinter.kernel;

/** Copies of values beside each other, but for those that are in their place already. */
final class ScalarConcat implements Kernel {
  private final Slot[] inputs;
  private final Slot output;

  ScalarConcat(Slot[] inputs, Slot output) {
    this.inputs = inputs.clone();
    this.output = output;
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int y = output.offset();
    for (Slot input : inputs) {
      if (input.offset() != y) {
        for (int p = 0; p < input.positions(); p++) {
          int to = y + p * output.pixelStride();
          System.arraycopy(arena, input.position(p), arena, to, input.channels());
        }
      }
      y += input.channels();
    }
  }
}
