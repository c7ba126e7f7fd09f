package dev.sinter.kernel;

import java.util.Arrays;

/**
 * Transposed convolution, read backwards: at each output position stand the sums over the taps that
 * reach it, each the channels of one input position times their rows of weights. The bias comes
 * last, as in {@link Epilogue}. A part is some output positions.
 */
final class ScalarTransposedConvolution implements Kernel {
  private static final int PART = 1 << 21; // multiplications

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final int groups;
  private final float[] bias;
  private final ActivationFunction activation;

  private final int depth; // input channels of a group
  private final int breadth; // output channels of a group
  private final int area;
  private final int band; // positions of a part
  private final float[][] weights; // [groups·taps·depth][breadth]

  ScalarTransposedConvolution(
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] weights,
      float[] bias,
      ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.groups = groups;
    this.bias = bias;
    this.activation = activation;
    depth = input.channels() / groups;
    breadth = output.channels() / groups;
    area = window.kernelHeight() * window.kernelWidth();
    int strides = window.strideHeight() * window.strideWidth();
    band = Math.max(4, PART / (input.channels() * breadth * ((area - 1) / strides + 1)));
    this.weights = rows(weights);
  }

  /** The weights [C, O/groups, kh, kw], their output channels innermost. */
  private float[][] rows(float[] given) {
    float[][] rows = new float[input.channels() * area][breadth];
    for (int c = 0; c < input.channels(); c++) {
      for (int o = 0; o < breadth; o++) {
        for (int tap = 0; tap < area; tap++) {
          int row = (c / depth * area + tap) * depth + c % depth;
          rows[row][o] = given[(c * breadth + o) * area + tap];
        }
      }
    }
    return rows;
  }

  @Override
  public int parts() {
    return (output.positions() - 1) / band + 1;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.NONE.rows(2, breadth);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] sums = scratch.rows()[0];
    float[] spare = scratch.rows()[1];
    int end = Math.min((part + 1) * band, output.positions());
    for (int p = part * band; p < end; p++) {
      for (int group = 0; group < groups; group++) {
        int channel = group * breadth;
        sum(arena, p / output.width(), p % output.width(), group, sums);
        System.arraycopy(bias, channel, spare, 0, breadth);
        Rows.add(sums, spare, breadth);
        activation.applyToChannels(sums, 0, channel, breadth);
        System.arraycopy(sums, 0, arena, output.position(p) + channel, breadth);
      }
    }
  }

  /** The sums of a group's channels at an output position. */
  private void sum(float[] arena, int i, int j, int group, float[] sums) {
    Arrays.fill(sums, 0, breadth, 0);
    for (int tap = 0; tap < area; tap++) {
      // The tap of the input at row h falls on the output at h·stride + down.
      int down = tap / window.kernelWidth() * window.dilationHeight() - window.top();
      int right = tap % window.kernelWidth() * window.dilationWidth() - window.left();
      int h = whole(i - down, window.strideHeight());
      int k = whole(j - right, window.strideWidth());
      if (h >= 0 && h < input.height() && k >= 0 && k < input.width()) {
        int x = input.position(h * input.width() + k) + group * depth;
        Rows.addWeighted(sums, breadth, arena, x, weights, (group * area + tap) * depth, depth);
      }
    }
  }

  /** The quotient if it is a whole number, else −1. */
  private static int whole(int dividend, int divisor) {
    return dividend >= 0 && dividend % divisor == 0 ? dividend / divisor : -1;
  }
}
