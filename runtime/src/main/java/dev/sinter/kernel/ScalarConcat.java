package dev.sinter.kernel;

/**
 * Copies of values beside each other, but for those that are in their place already. A part is a
 * band of positions.
 */
final class ScalarConcat implements Kernel {
  private final Slot[] inputs;
  private final Slot output;
  private final Bands bands;

  ScalarConcat(Slot[] inputs, Slot output) {
    this.inputs = inputs.clone();
    this.output = output;
    bands = new Bands(output.positions(), output.channels());
  }

  @Override
  public int parts() {
    return bands.parts();
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int y = output.offset();
    for (Slot input : inputs) {
      if (input.offset() != y) {
        for (int p = bands.from(part); p < bands.to(part); p++) {
          int to = y + p * output.pixelStride();
          System.arraycopy(arena, input.position(p), arena, to, input.channels());
        }
      }
      y += input.channels();
    }
  }
}
