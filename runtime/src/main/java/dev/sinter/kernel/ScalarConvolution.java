package dev.sinter.kernel;

import java.util.Arrays;

/**
 * Convolution as a matrix product: for a strip of output positions, what each tap meets is gathered
 * into a row (im2col); then each output channel sums its weights times these rows, in the order of
 * the weights. A strip and the rows gathered at a time fit the first cache.
 *
 * <p>The bias comes last: folding a batch normalization can make it large, and every sum that it
 * takes part in is rounded to its size.
 */
final class ScalarConvolution implements Kernel {
  private static final int STRIP_POSITIONS = 128;
  private static final int STRIP_FLOATS = 8192;

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final int groups;
  private final float[] weights;
  private final Bias bias;
  private final float[] padValues;
  private final ActivationFunction activation;

  private final int taps; // of one output channel, in all its input channels
  private final float[][] rows;
  private final float[] sums;

  ScalarConvolution(
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] weights,
      float[] bias,
      float[] padValues,
      ActivationFunction activation) {
    this(
        input,
        output,
        window,
        groups,
        weights,
        new Bias(bias, input, output, window),
        padValues,
        activation);
  }

  private ScalarConvolution(
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] weights,
      Bias bias,
      float[] padValues,
      ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.groups = groups;
    this.weights = weights;
    this.bias = bias;
    this.padValues = padValues;
    this.activation = activation;
    int width = Rows.padded(Math.min(STRIP_POSITIONS, output.plane()));
    taps = weights.length / output.channels;
    rows = new float[Math.min(STRIP_FLOATS / width, taps)][width];
    sums = new float[width];
  }

  @Override
  public Kernel forSession() {
    return new ScalarConvolution(
        input, output, window, groups, weights, bias, padValues, activation);
  }

  @Override
  public void run(float[] arena) {
    int plane = output.plane();
    for (int group = 0; group < groups; group++) {
      for (int from = 0; from < plane; from += STRIP_POSITIONS) {
        int to = Math.min(from + STRIP_POSITIONS, plane);
        for (int tap = 0; tap < taps; tap += rows.length) {
          int count = Math.min(rows.length, taps - tap);
          for (int k = 0; k < count; k++) {
            gather(arena, group, tap + k, from, to, rows[k]);
          }
          multiply(arena, group, tap, count, from, to - from);
        }
      }
    }
  }

  /** What a tap meets at the output positions [from, to), counted along the rows of the map. */
  private void gather(float[] arena, int group, int tap, int from, int to, float[] row) {
    int area = window.kernelHeight * window.kernelWidth;
    int channel = group * (input.channels / groups) + tap / area;
    int down = tap % area / window.kernelWidth * window.dilationHeight - window.top;
    int right = tap % window.kernelWidth * window.dilationWidth - window.left;
    // The columns of the output for which the tap lies inside the map.
    int first = Window.ceil(-right, window.strideWidth);
    int end = Math.min(output.width, Window.ceil(input.width - right, window.strideWidth));

    int position = from;
    while (position < to) {
      int i = position / output.width;
      int line = i * output.width;
      int lineEnd = Math.min(to, line + output.width);
      int y = i * window.strideHeight + down;
      boolean inside = y >= 0 && y < input.height;
      int copyFrom = inside ? Math.min(lineEnd, Math.max(position, line + first)) : lineEnd;
      int copyTo = inside ? Math.max(copyFrom, Math.min(lineEnd, line + end)) : lineEnd;
      int x = input.offset + (channel * input.height + y) * input.width + right;

      Arrays.fill(row, position - from, copyFrom - from, padValues[channel]);
      copy(arena, x + (copyFrom - line) * window.strideWidth, row, copyFrom - from, copyTo - from);
      Arrays.fill(row, copyTo - from, lineEnd - from, padValues[channel]);
      position = lineEnd;
    }
  }

  /** Copies to row[from..to) what lies a stride apart in the arena, beginning at x. */
  private void copy(float[] arena, int x, float[] row, int from, int to) {
    int stride = window.strideWidth;
    if (stride == 1 && from < to) {
      System.arraycopy(arena, x, row, from, to - from);
    } else {
      for (int j = from; j < to; j++) {
        row[j] = arena[x + (j - from) * stride];
      }
    }
  }

  /** Adds the gathered taps to the sums of all output channels of the group. */
  private void multiply(float[] arena, int group, int tap, int count, int from, int positions) {
    int outputs = output.channels / groups;
    for (int o = group * outputs; o < (group + 1) * outputs; o++) {
      int y = output.offset + o * output.plane() + from;
      if (tap == 0) {
        Arrays.fill(sums, 0, positions, 0);
      } else {
        System.arraycopy(arena, y, sums, 0, positions);
      }
      // What the padding of the rows adds up to is never read.
      Rows.addWeighted(sums, Rows.padded(positions), weights, o * taps + tap, rows, count);
      if (tap + count == taps) {
        bias.add(sums, o, from, positions);
        activation.apply(sums, 0, positions, o);
      }
      System.arraycopy(sums, 0, arena, y, positions);
    }
  }
}
