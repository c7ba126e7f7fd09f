package dev.sinter.kernel;

import java.util.Arrays;

/**
 * A matrix times a vector by columns: each element of the input adds its column times itself to the
 * outputs, in the order in which the elements lie, and the bias comes last, as in {@link Epilogue}.
 * A part is a block of outputs.
 */
final class ScalarLinear implements Kernel {
  private static final int BLOCK = 256;

  private final Slot input;
  private final Slot output;
  private final int blocks;
  private final int length;
  private final float[][] columns; // [blocks·inputs][length]
  private final float[] bias;
  private final ActivationFunction activation;

  ScalarLinear(
      Slot input, Slot output, float[] weights, float[] bias, ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.bias = bias;
    this.activation = activation;
    blocks = (output.channels() - 1) / BLOCK + 1;
    length = (output.channels() - 1) / blocks + 1;
    columns = columns(weights);
  }

  /** The weights [O, C·H·W] of each block, in the order [H, W, C, O]. */
  private float[][] columns(float[] weights) {
    int inputs = input.size();
    int positions = input.positions();
    float[][] columns = new float[blocks * inputs][length];
    for (int o = 0; o < output.channels(); o++) {
      int first = o / length * inputs;
      for (int c = 0; c < input.channels(); c++) {
        for (int p = 0; p < positions; p++) {
          columns[first + p * input.channels() + c][o % length] =
              weights[o * inputs + c * positions + p];
        }
      }
    }
    return columns;
  }

  @Override
  public int parts() {
    return blocks;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.NONE.rows(2, length);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] sums = scratch.rows()[0];
    float[] spare = scratch.rows()[1];
    int channel = part * length;
    int count = Math.min(length, output.channels() - channel);
    Arrays.fill(sums, 0, length, 0);
    int run = input.isDense() ? input.size() : input.channels();
    for (int k = 0; k < input.size(); k += run) {
      int x = input.position(k / input.channels());
      Rows.addWeighted(sums, length, arena, x, columns, part * input.size() + k, run);
    }
    System.arraycopy(bias, channel, spare, 0, count);
    Rows.add(sums, spare, count);
    activation.applyToChannels(sums, 0, channel, count);
    System.arraycopy(sums, 0, arena, output.offset() + channel, count);
  }
}
