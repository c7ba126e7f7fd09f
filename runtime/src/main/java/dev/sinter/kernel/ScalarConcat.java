package dev.sinter.kernel;

/** Copies of values behind each other, but for those that are in their place already. */
final class ScalarConcat implements Kernel {
  private final Slot[] inputs;
  private final Slot output;

  ScalarConcat(Slot[] inputs, Slot output) {
    this.inputs = inputs.clone();
    this.output = output;
  }

  @Override
  public void run(float[] arena) {
    int y = output.offset;
    for (Slot input : inputs) {
      if (input.offset != y) {
        System.arraycopy(arena, input.offset, arena, y, input.size());
      }
      y += input.size();
    }
  }
}
