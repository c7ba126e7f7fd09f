package dev.sinter.kernel;

import java.util.Arrays;

/**
 * Convolution of each channel by itself: what a tap meets at some positions of a line is copied to
 * a row and multiplied by its weights, which are repeated for each position. What a tap has met,
 * taps above it meet on later lines: those rows are kept. A part is some lines.
 */
final class ScalarDepthwiseConvolution implements Kernel {
  private static final int PART = 1 << 20; // multiplications
  private static final int LENGTH = 512; // of a row

  private final Slot output;
  private final Window window;
  private final Taps taps;
  private final Epilogue epilogue;
  private final int run; // positions at a time
  private final int lines; // of a part
  private final float[][] weights; // [taps][run·C]
  private final float[] outside; // [run·C]

  ScalarDepthwiseConvolution(Convolution convolution) {
    output = convolution.output();
    window = convolution.window();
    taps = new Taps(convolution.input(), output, window);
    epilogue = new Epilogue(convolution);
    run = taps.run(LENGTH);
    lines = taps.lines(PART);
    int channels = output.channels();
    int area = window.kernelHeight() * window.kernelWidth();
    weights = new float[area][run * channels];
    for (int tap = 0; tap < area; tap++) {
      for (int c = 0; c < channels; c++) {
        weights[tap][c] = convolution.weights()[c * area + tap];
      }
      Rows.repeat(weights[tap], channels, run * channels);
    }
    outside = Arrays.copyOf(convolution.padValues(), run * channels);
    Rows.repeat(outside, channels, outside.length);
  }

  @Override
  public int parts() {
    return (output.height() - 1) / lines + 1;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.NONE.rows(weights.length + 2, outside.length);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int from = part * lines;
    int to = Math.min(from + lines, output.height());
    for (int j = 0; j < output.width(); j += run) {
      int count = Math.min(run, output.width() - j);
      for (int i = from; i < to; i++) {
        load(arena, i, j, count, i == from, scratch.rows());
        multiply(arena, i, j, count, scratch.rows());
      }
    }
  }

  /** Copies what the taps meet that none met on the line before. */
  private void load(float[] arena, int i, int j, int count, boolean all, float[][] rows) {
    int columns = window.kernelWidth();
    int old = window.kernelHeight() - window.strideHeight();
    for (int u = all || window.dilationHeight() > 1 ? 0 : Math.max(0, old);
        u < window.kernelHeight();
        u++) {
      for (int v = 0; v < columns; v++) {
        taps.copy(arena, u * columns + v, i, j, count, outside, rows[row(i, u) + v]);
      }
    }
  }

  /** In which row is what the first tap of a kernel row meets; the others follow. */
  private int row(int i, int u) {
    return 2 + (i * window.strideHeight() + u) % window.kernelHeight() * window.kernelWidth();
  }

  private void multiply(float[] arena, int i, int j, int count, float[][] rows) {
    int length = count * output.channels();
    int columns = window.kernelWidth();
    Arrays.fill(rows[0], 0, length, 0);
    for (int u = 0; u < window.kernelHeight(); u++) {
      Rows.addProducts(rows[0], weights, u * columns, rows, row(i, u), columns, length);
    }
    int from = i * output.width() + j;
    epilogue.finishPositions(arena, from, from + count, 0, output.channels(), rows[0], rows[1]);
  }
}
