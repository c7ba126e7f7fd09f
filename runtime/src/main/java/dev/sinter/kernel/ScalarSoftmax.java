package dev.sinter.kernel;

/** Softmax over the channels of each position, exponentials and sum in double. */
final class ScalarSoftmax implements Kernel {
  private final Slot input;
  private final Slot output;

  ScalarSoftmax(Slot input, Slot output) {
    this.input = input;
    this.output = output;
  }

  @Override
  public void run(float[] arena) {
    int plane = output.plane();
    int size = output.size();
    for (int position = 0; position < plane; position++) {
      int x = input.offset + position;
      int y = output.offset + position;
      float largest = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < size; c += plane) {
        largest = Math.max(largest, arena[x + c]);
      }
      double sum = 0;
      for (int c = 0; c < size; c += plane) {
        double e = Math.exp((double) arena[x + c] - largest);
        arena[y + c] = (float) e;
        sum += e;
      }
      for (int c = 0; c < size; c += plane) {
        arena[y + c] = (float) (arena[y + c] / sum);
      }
    }
  }
}
