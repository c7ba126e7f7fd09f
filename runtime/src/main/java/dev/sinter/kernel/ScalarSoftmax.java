package dev.sinter.kernel;

/**
 * Softmax over the channels of each position, exponentials and sum in double. A part is a band of
 * positions.
 */
final class ScalarSoftmax implements Kernel {
  private final Slot input;
  private final Slot output;
  private final Bands bands;

  ScalarSoftmax(Slot input, Slot output) {
    this.input = input;
    this.output = output;
    bands = new Bands(output.positions(), 8L * output.channels());
  }

  @Override
  public int parts() {
    return bands.parts();
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int channels = output.channels();
    for (int p = bands.from(part); p < bands.to(part); p++) {
      int x = input.position(p);
      int y = output.position(p);
      float largest = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        largest = Math.max(largest, arena[x + c]);
      }
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        double e = Exponential.exp((double) arena[x + c] - largest);
        arena[y + c] = (float) e;
        sum += e;
      }
      for (int c = 0; c < channels; c++) {
        arena[y + c] = (float) (arena[y + c] / sum);
      }
    }
  }
}
