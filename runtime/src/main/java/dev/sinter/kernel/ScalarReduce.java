package dev.sinter.kernel;

/** One number of the channels at each position. */
final class ScalarReduce implements Kernel {
  private static final int PART = 65_536; // elements

  private final Slot input;
  private final Slot output;
  private final Reduction reduction;
  private final int band;

  ScalarReduce(Slot input, Slot output, Reduction reduction) {
    this.input = input;
    this.output = output;
    this.reduction = reduction;
    band = Math.max(1, PART / input.channels());
  }

  @Override
  public int parts() {
    return (output.positions() - 1) / band + 1;
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int end = Math.min((part + 1) * band, output.positions());
    for (int p = part * band; p < end; p++) {
      arena[output.position(p)] = reduction.of(arena, input.position(p), input.channels());
    }
  }
}
