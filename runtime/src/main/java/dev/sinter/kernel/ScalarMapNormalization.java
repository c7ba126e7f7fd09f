package dev.sinter.kernel;

import java.util.Arrays;

/**
 * Elements by the mean and the deviation of their group's in the whole map. Neighbouring channels
 * are read together: the terms of a block of positions are added up in floats, which HotSpot turns
 * into vector code, and the blocks in double.
 */
final class ScalarMapNormalization implements Kernel {
  private static final int PART = 65_536; // elements
  private static final int TOGETHER = 16; // channels, at least
  private static final int BLOCK = 16; // positions

  // The rows of the scratch.
  private static final int X = 0;
  private static final int SUM = 1;
  private static final int HIGH = 2; // of a sum in double
  private static final int LOW = 3;
  private static final int MEAN = 4;
  private static final int FACTOR = 5;
  private static final int SHIFT = 6;
  private static final int ROWS = 7;

  private final Slot input;
  private final Slot output;
  private final int size; // channels of a group
  private final double epsilon;
  private final float[] scale;
  private final float[] shift;
  private final ActivationFunction activation;
  private final int band; // channels of a part

  ScalarMapNormalization(
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
    int channels = Math.max(TOGETHER, PART / output.positions());
    band = Math.min(output.channels(), Window.ceil(channels, size) * size);
  }

  @Override
  public int parts() {
    return (output.channels() - 1) / band + 1;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.NONE.rows(ROWS, band);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int from = part * band;
    int count = Math.min(band, output.channels() - from);
    float[][] rows = scratch.rows();
    Arrays.fill(rows[MEAN], 0, count, 0);
    add(arena, from, count, rows, false);
    for (int c = 0; c < count; c += size) {
      Arrays.fill(rows[MEAN], c, c + size, (float) mean(rows, c));
    }
    add(arena, from, count, rows, true);
    for (int c = 0; c < count; c++) {
      double variance = mean(rows, c / size * size);
      rows[FACTOR][c] = (float) (scale[from + c] / Math.sqrt(variance + epsilon));
    }
    System.arraycopy(shift, from, rows[SHIFT], 0, count);
    for (int p = 0; p < output.positions(); p++) {
      System.arraycopy(arena, input.position(p) + from, rows[X], 0, count);
      apply(rows[X], rows[MEAN], rows[FACTOR], rows[SHIFT], count);
      activation.applyToChannels(rows[X], 0, from, count);
      System.arraycopy(rows[X], 0, arena, output.position(p) + from, count);
    }
  }

  private static void apply(float[] x, float[] mean, float[] factor, float[] shift, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = (x[i] - mean[i]) * factor[i] + shift[i];
    }
  }

  /** Adds up the elements of each channel, or the squares of their deviations. */
  private void add(float[] arena, int from, int count, float[][] rows, boolean squares) {
    Arrays.fill(rows[HIGH], 0, count, 0);
    Arrays.fill(rows[LOW], 0, count, 0);
    int positions = output.positions();
    for (int block = 0; block < positions; block += BLOCK) {
      Arrays.fill(rows[SUM], 0, count, 0);
      for (int p = block; p < Math.min(block + BLOCK, positions); p++) {
        System.arraycopy(arena, input.position(p) + from, rows[X], 0, count);
        if (squares) {
          square(rows[X], rows[MEAN], count);
        }
        Rows.add(rows[SUM], rows[X], count);
      }
      for (int c = 0; c < count; c++) {
        double sum = (double) rows[HIGH][c] + rows[LOW][c] + rows[SUM][c];
        rows[HIGH][c] = (float) sum;
        rows[LOW][c] = (float) (sum - rows[HIGH][c]);
      }
    }
  }

  private static void square(float[] x, float[] mean, int count) {
    for (int i = 0; i < count; i++) {
      float deviation = x[i] - mean[i];
      x[i] = deviation * deviation;
    }
  }

  /** Of the group that begins at a channel. */
  private double mean(float[][] rows, int channel) {
    double sum = 0;
    for (int c = channel; c < channel + size; c++) {
      sum += (double) rows[HIGH][c] + rows[LOW][c];
    }
    return sum / ((double) size * output.positions());
  }
}
