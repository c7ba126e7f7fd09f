package dev.sinter.kernel;

/** Elements by the mean and the deviation of those around them, both computed in double. */
final class ScalarNormalization implements Kernel {
  private static final int PART = 65_536; // elements

  private final Slot input;
  private final Slot output;
  private final int size; // channels of a group
  private final boolean overMap;
  private final double epsilon;
  private final float[] scale;
  private final float[] shift;
  private final ActivationFunction activation;
  private final int band; // positions of a part, or groups

  ScalarNormalization(
      Slot input,
      Slot output,
      int groups,
      boolean overMap,
      float epsilon,
      float[] scale,
      float[] shift,
      ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.size = output.channels() / groups;
    this.overMap = overMap;
    this.epsilon = epsilon;
    this.scale = scale;
    this.shift = shift;
    this.activation = activation;
    band =
        overMap
            ? Math.max(1, (int) (PART / ((long) size * output.positions())))
            : Math.max(1, PART / output.channels());
  }

  @Override
  public int parts() {
    return ((overMap ? output.channels() / size : output.positions()) - 1) / band + 1;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(size);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int groups = output.channels() / size;
    int positions = output.positions();
    if (overMap) {
      int end = Math.min((part + 1) * band, groups);
      for (int group = part * band; group < end; group++) {
        normalize(arena, group * size, 0, positions, scratch.buffer());
      }
    } else {
      int end = Math.min((part + 1) * band, positions);
      for (int p = part * band; p < end; p++) {
        for (int group = 0; group < groups; group++) {
          normalize(arena, group * size, p, p + 1, scratch.buffer());
        }
      }
    }
  }

  /** The channels from one on, at the positions [from, to). */
  private void normalize(float[] arena, int channel, int from, int to, float[] buffer) {
    int count = size * (to - from);
    double mean = sum(arena, channel, from, to) / count;
    double variance = squares(arena, channel, from, to, mean) / count;
    double factor = 1 / Math.sqrt(variance + epsilon);
    for (int p = from; p < to; p++) {
      int x = input.position(p) + channel;
      for (int c = 0; c < size; c++) {
        double standard = (arena[x + c] - mean) * factor;
        buffer[c] = (float) (standard * scale[channel + c] + shift[channel + c]);
      }
      activation.applyToChannels(buffer, 0, channel, size);
      System.arraycopy(buffer, 0, arena, output.position(p) + channel, size);
    }
  }

  private double sum(float[] arena, int channel, int from, int to) {
    double sum = 0;
    for (int p = from; p < to; p++) {
      int x = input.position(p) + channel;
      for (int c = 0; c < size; c++) {
        sum += arena[x + c];
      }
    }
    return sum;
  }

  private double squares(float[] arena, int channel, int from, int to, double mean) {
    double sum = 0;
    for (int p = from; p < to; p++) {
      int x = input.position(p) + channel;
      for (int c = 0; c < size; c++) {
        double deviation = arena[x + c] - mean;
        sum += deviation * deviation;
      }
    }
    return sum;
  }
}
