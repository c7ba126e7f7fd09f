package dev.sinter.kernel;

/** A copy of the elements in the order [C, H, W], all at once where they lie alike. */
final class ScalarReshape implements Kernel {
  private final Slot input;
  private final Slot output;
  private final boolean alike;

  ScalarReshape(Slot input, Slot output) {
    this.input = input;
    this.output = output;

    alike = input.isDense() && output.isDense() && input.channels() == output.channels();
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    if (alike) {
      System.arraycopy(arena, input.offset(), arena, output.offset(), input.size());
      return;
    }
    int c = 0;
    int p = 0;
    int positions = output.positions();
    for (int from = 0; from < input.channels(); from++) {
      for (int q = 0; q < input.positions(); q++) {
        arena[output.position(p) + c] = arena[input.position(q) + from];
        if (++p == positions) {
          p = 0;
          c++;
        }
      }
    }
  }
}
