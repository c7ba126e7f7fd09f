package dev.sinter.kernel;

import java.util.Arrays;

/**
 * A matrix times a vector by columns: each element of the input adds its column times itself to the
 * outputs, in order, and the bias comes last, as in {@link ScalarConvolution}. For that the matrix
 * is transposed, once.
 */
final class ScalarLinear implements Kernel {
  private final Slot input;
  private final Slot output;
  private final float[][] columns;
  private final float[] bias;
  private final ActivationFunction activation;

  private final float[] sums;

  ScalarLinear(
      Slot input, Slot output, float[] weights, float[] bias, ActivationFunction activation) {
    this(input, output, columns(weights, output.size(), input.size()), bias, activation);
  }

  private ScalarLinear(
      Slot input, Slot output, float[][] columns, float[] bias, ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.columns = columns;
    this.bias = bias;
    this.activation = activation;
    sums = new float[output.size()];
  }

  private static float[][] columns(float[] weights, int outputs, int inputs) {
    float[][] columns = new float[inputs][outputs];
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < inputs; c++) {
        columns[c][o] = weights[o * inputs + c];
      }
    }
    return columns;
  }

  @Override
  public Kernel forSession() {
    return new ScalarLinear(input, output, columns, bias, activation);
  }

  @Override
  public void run(float[] arena) {
    Arrays.fill(sums, 0);
    Rows.addWeighted(sums, sums.length, arena, input.offset, columns, columns.length);
    for (int o = 0; o < bias.length; o++) {
      arena[output.offset + o] = sums[o] + bias[o];
    }
    activation.apply(arena, output);
  }
}
