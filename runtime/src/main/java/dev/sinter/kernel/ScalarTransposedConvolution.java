package dev.sinter.kernel;

import java.util.Arrays;

/**
 * Transposed convolution as a matrix product: a strip of input positions is copied, a row for each
 * channel; then each tap of each output channel sums its weights times these rows, and adds the
 * sums to the output a stride apart (col2im). The rows of a strip fit the first cache.
 */
final class ScalarTransposedConvolution implements Kernel {
  private static final int STRIP_POSITIONS = 128;
  private static final int STRIP_FLOATS = 8192;

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final int groups;
  private final float[] packed; // [O, kh, kw, C/groups]
  private final float[] bias;
  private final ActivationFunction activation;

  private final int depth; // input channels of a group
  private final float[][] rows;
  private final float[] sums;

  ScalarTransposedConvolution(
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] weights,
      float[] bias,
      ActivationFunction activation) {
    this(
        packed(weights, input.channels, output.channels, groups),
        input,
        output,
        window,
        groups,
        bias,
        activation);
  }

  private ScalarTransposedConvolution(
      float[] packed,
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] bias,
      ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.groups = groups;
    this.packed = packed;
    this.bias = bias;
    this.activation = activation;
    depth = input.channels / groups;
    int width = Rows.padded(Math.min(STRIP_POSITIONS, input.plane()));
    rows = new float[Math.min(STRIP_FLOATS / width, depth)][width];
    sums = new float[width];
  }

  /** The weights [C, O/groups, kh, kw] with the input channels of a group innermost. */
  private static float[] packed(float[] weights, int inputs, int outputs, int groups) {
    int depth = inputs / groups;
    int breadth = outputs / groups;
    int area = weights.length / (inputs * breadth);
    float[] packed = new float[weights.length];
    for (int c = 0; c < inputs; c++) {
      for (int k = 0; k < breadth * area; k++) {
        packed[(c / depth * breadth * area + k) * depth + c % depth] =
            weights[c * breadth * area + k];
      }
    }
    return packed;
  }

  @Override
  public Kernel forSession() {
    return new ScalarTransposedConvolution(packed, input, output, window, groups, bias, activation);
  }

  @Override
  public void run(float[] arena) {
    int plane = input.plane();
    for (int o = 0; o < output.channels; o++) {
      int y = output.offset + o * output.plane();
      Arrays.fill(arena, y, y + output.plane(), 0);
    }
    for (int group = 0; group < groups; group++) {
      for (int from = 0; from < plane; from += STRIP_POSITIONS) {
        int to = Math.min(from + STRIP_POSITIONS, plane);
        for (int c = 0; c < depth; c += rows.length) {
          int count = Math.min(rows.length, depth - c);
          for (int k = 0; k < count; k++) {
            int x = input.offset + (group * depth + c + k) * plane + from;
            System.arraycopy(arena, x, rows[k], 0, to - from);
          }
          multiply(arena, group, c, count, from, to);
        }
      }
    }
    for (int o = 0; o < output.channels; o++) {
      int y = output.offset + o * output.plane();
      for (int j = y; j < y + output.plane(); j++) {
        arena[j] += bias[o];
      }
    }
    activation.apply(arena, output);
  }

  /** Adds what the copied channels give to all output channels of the group. */
  private void multiply(float[] arena, int group, int c, int count, int from, int to) {
    int outputs = output.channels / groups;
    int area = window.kernelHeight * window.kernelWidth;
    for (int o = group * outputs; o < (group + 1) * outputs; o++) {
      for (int tap = 0; tap < area; tap++) {
        Arrays.fill(sums, 0, to - from, 0);
        // What the padding of the rows adds up to is never read.
        int w = (o * area + tap) * depth + c;
        Rows.addWeighted(sums, Rows.padded(to - from), packed, w, rows, count);
        scatter(arena, o, tap, from, to);
      }
    }
  }

  /** Adds the sums, at the input positions [from, to), to where a tap of them falls. */
  private void scatter(float[] arena, int o, int tap, int from, int to) {
    int down = tap / window.kernelWidth * window.dilationHeight - window.top;
    int right = tap % window.kernelWidth * window.dilationWidth - window.left;
    // The columns of the input for which the tap falls inside the output.
    int first = Window.ceil(-right, window.strideWidth);
    int end = Math.min(input.width, Window.ceil(output.width - right, window.strideWidth));

    int position = from;
    while (position < to) {
      int h = position / input.width;
      int line = h * input.width;
      int lineEnd = Math.min(to, line + input.width);
      int i = h * window.strideHeight + down;
      if (i >= 0 && i < output.height) {
        int y = output.offset + (o * output.height + i) * output.width + right;
        int columnsEnd = Math.min(lineEnd, line + end);
        for (int p = Math.max(position, line + first); p < columnsEnd; p++) {
          arena[y + (p - line) * window.strideWidth] += sums[p - from];
        }
      }
      position = lineEnd;
    }
  }
}
