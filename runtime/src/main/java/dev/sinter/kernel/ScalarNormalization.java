package dev.sinter.kernel;

/** Elements by the mean and the deviation of their group's at the same position, in double. */
final class ScalarNormalization implements Kernel {
  private static final int PART = 65_536; // elements

  private final Slot input;
  private final Slot output;
  private final int size; // channels of a group
  private final double epsilon;
  private final float[] scale;
  private final float[] shift;
  private final ActivationFunction activation;
  private final int band; // positions of a part

  ScalarNormalization(
      Slot input,
      Slot output,
      int groups,
      float epsilon,
      float[] scale,
      float[] shift,
      ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.size = output.channels() / groups;
    this.epsilon = epsilon;
    this.scale = scale;
    this.shift = shift;
    this.activation = activation;
    band = Math.max(1, PART / output.channels());
  }

  @Override
  public int parts() {
    return (output.positions() - 1) / band + 1;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(size);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int end = Math.min((part + 1) * band, output.positions());
    for (int p = part * band; p < end; p++) {
      for (int channel = 0; channel < output.channels(); channel += size) {
        int x = input.position(p) + channel;
        normalize(arena, x, channel, scratch.buffer());
        System.arraycopy(scratch.buffer(), 0, arena, output.position(p) + channel, size);
      }
    }
  }

  private void normalize(float[] arena, int x, int channel, float[] y) {
    double sum = 0;
    for (int c = 0; c < size; c++) {
      sum += arena[x + c];
    }
    double mean = sum / size;
    double squares = 0;
    for (int c = 0; c < size; c++) {
      double deviation = arena[x + c] - mean;
      squares += deviation * deviation;
    }
    double factor = 1 / Math.sqrt(squares / size + epsilon);
    for (int c = 0; c < size; c++) {
      double standard = (arena[x + c] - mean) * factor;
      y[c] = (float) (standard * scale[channel + c] + shift[channel + c]);
    }
    activation.applyToChannels(y, 0, channel, size);
  }
}
