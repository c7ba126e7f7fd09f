package dev.sinter.kernel;

import java.util.Arrays;

/**
 * Convolution of each channel by itself: what a tap meets at some positions of a line is copied to
 * a row and multiplied by its weights, which are repeated for each position. A part is some lines.
 */
final class ScalarDepthwiseConvolution implements Kernel {
  private static final int PART = 1 << 20; // multiplications
  private static final int LENGTH = 512; // of a row

  private final Slot output;
  private final Taps taps;
  private final Epilogue epilogue;
  private final int run; // positions at a time
  private final int lines; // of a part
  private final float[][] weights; // [taps][run·C]
  private final float[] outside; // [run·C]

  ScalarDepthwiseConvolution(Convolution convolution) {
    output = convolution.output();
    taps = new Taps(convolution.input(), output, convolution.window());
    epilogue = new Epilogue(convolution);
    run = taps.run(LENGTH);
    lines = taps.lines(PART);
    int channels = output.channels();
    int area = convolution.window().kernelHeight() * convolution.window().kernelWidth();
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
    float[][] rows = scratch.rows();
    int channels = output.channels();
    int end = Math.min((part + 1) * lines, output.height());
    for (int i = part * lines; i < end; i++) {
      for (int j = 0; j < output.width(); j += run) {
        int count = Math.min(run, output.width() - j);
        for (int tap = 0; tap < weights.length; tap++) {
          taps.copy(arena, tap, i, j, count, outside, rows[tap + 2]);
        }
        Arrays.fill(rows[0], 0, count * channels, 0);
        Rows.addProducts(rows[0], weights, rows, 2, count * channels);
        int from = i * output.width() + j;
        epilogue.finishPositions(arena, from, from + count, 0, channels, rows[0], rows[1]);
      }
    }
  }
}
