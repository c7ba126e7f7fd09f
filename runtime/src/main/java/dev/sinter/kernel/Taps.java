package dev.sinter.kernel;

/** What the taps of a window meet, for kernels that treat each channel by itself. */
final class Taps {
  private final Slot input;
  private final Slot output;
  private final Window window;

  Taps(Slot input, Slot output, Window window) {
    this.input = input;
    this.output = output;
    this.window = window;
  }

  /**
   * Copies to a row what a tap meets from the output position [i, j] on.
   *
   * @param count of how many positions of the line
   * @param outside what it meets outside the map, of a position behind the other
   */
  void copy(float[] arena, int tap, int i, int j, int count, float[] outside, float[] row) {
    int channels = input.channels();
    int stride = window.strideWidth();
    int down = tap / window.kernelWidth() * window.dilationHeight();
    int right = tap % window.kernelWidth() * window.dilationWidth();
    int h = i * window.strideHeight() - window.top() + down;
    int w = j * stride - window.left() + right;
    boolean inside = h >= 0 && h < input.height();
    int from = inside ? Math.min(count, Window.ceil(-w, stride)) : count;
    int to = Math.max(from, Math.min(count, Window.ceil(input.width() - w, stride)));
    System.arraycopy(outside, 0, row, 0, from * channels);
    int x = input.position(h * input.width() + w + from * stride);
    if (from < to && stride == 1 && input.isDense()) {
      System.arraycopy(arena, x, row, from * channels, (to - from) * channels);
    } else {
      for (int p = from; p < to; p++) {
        System.arraycopy(arena, x, row, p * channels, channels);
        x += stride * input.pixelStride();
      }
    }
    System.arraycopy(outside, 0, row, to * channels, (count - to) * channels);
  }

  /** How many positions of a line to treat at a time, for rows of about so many floats. */
  int run(int floats) {
    return Math.min(output.width(), Math.max(1, floats / output.channels()));
  }

  /** How many lines make a part of about so many multiplications or comparisons. */
  int lines(int work) {
    long line =
        (long) output.channels() * output.width() * window.kernelHeight() * window.kernelWidth();
    return (int) Math.max(1, Math.min(work / line, output.height()));
  }
}
