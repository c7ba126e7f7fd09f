package dev.sinter.kernel;

import java.util.Arrays;

/**
 * {@link Winograd}'s convolution, all rows over channels: tiles of the input are transformed, for
 * each of the n² elements of a tile the channels are multiplied with the transformed filters, and
 * the sums are transformed back. A part is some tiles and a block of output channels.
 */
final class ScalarWinogradConvolution implements Kernel {
  private static final int FLOATS = 1 << 18; // of the transformed tiles
  private static final int BLOCK = 256; // output channels
  private static final int CHANNELS = 128; // input channels transformed at a time

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final Epilogue epilogue;

  private final int outputs; // of a tile, along an axis
  private final int inputs;
  private final int area; // inputs²
  private final int across; // tiles
  private final int allTiles;
  private final int tiles; // of a part
  private final int blocks; // of output channels
  private final int length; // of a block
  private final float[][] filters; // [blocks·area·C][length]

  ScalarWinogradConvolution(Convolution convolution, int outputs) {
    this.outputs = outputs;
    input = convolution.input();
    output = convolution.output();
    window = convolution.window();
    epilogue = new Epilogue(convolution);
    inputs = outputs + 2;
    area = inputs * inputs;
    across = (output.width() - 1) / outputs + 1;
    allTiles = across * ((output.height() - 1) / outputs + 1);
    blocks = (output.channels() - 1) / BLOCK + 1;
    length = (output.channels() - 1) / blocks + 1;
    int most = Math.max(8, FLOATS / (area * (input.channels() + length)));
    int pieces = (allTiles - 1) / most + 1;
    if (blocks == 1 && pieces % 2 == 1 && allTiles >= 16) {
      pieces++; // one more, so that two threads have as much to do
    }
    tiles = (allTiles - 1) / pieces + 1;
    filters = filters(convolution.weights());
  }

  /** The filters [O, C, 3, 3], transformed, their output channels innermost. */
  private float[][] filters(float[] weights) {
    int channels = input.channels();
    float[][] rows = new float[blocks * area * channels][length];
    for (int o = 0; o < output.channels(); o++) {
      for (int element = 0; element < area; element++) {
        int first = (o / length * area + element) * channels;
        int a = element / inputs;
        int b = element % inputs;
        for (int c = 0; c < channels; c++) {
          double filter = Winograd.filter(weights, (o * channels + c) * 9, a, b, outputs);
          rows[first + c][o % length] = (float) filter;
        }
      }
    }
    return rows;
  }

  @Override
  public int parts() {
    return ((allTiles - 1) / tiles + 1) * blocks;
  }

  @Override
  public ScratchSize scratch() {
    int rowLength = Math.max(length, Math.min(CHANNELS, input.channels()));
    return ScratchSize.floats(area * tiles * input.channels()).rows((tiles + 2) * area, rowLength);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int block = part % blocks;
    int from = part / blocks * tiles;
    int count = Math.min(tiles, allTiles - from);
    for (int t = 0; t < count; t++) {
      transform(arena, from + t, t, scratch);
    }
    multiply(block, count, scratch);
    for (int t = 0; t < count; t++) {
      finish(arena, from + t, t, block, scratch.rows());
    }
  }

  /** Transforms a tile of the input: element k of channel c to [k, t, c]. */
  private void transform(float[] arena, int tile, int t, Scratch scratch) {
    float[][] rows = scratch.rows();
    int channels = input.channels();
    int top = tile / across * outputs - window.top();
    int left = tile % across * outputs - window.left();
    for (int c = 0; c < channels; c += CHANNELS) {
      int count = Math.min(CHANNELS, channels - c);
      for (int k = 0; k < area; k++) {
        int h = top + k / inputs;
        int w = left + k % inputs;
        if (h >= 0 && h < input.height() && w >= 0 && w < input.width()) {
          int x = input.position(h * input.width() + w) + c;
          System.arraycopy(arena, x, rows[k], 0, count);
        } else {
          Arrays.fill(rows[k], 0, count, 0);
        }
      }
      for (int b = 0; b < inputs; b++) {
        Winograd.input(rows, b, area + b, inputs, outputs, count);
      }
      for (int a = 0; a < area; a += inputs) {
        Winograd.input(rows, area + a, a, 1, outputs, count);
      }
      for (int k = 0; k < area; k++) {
        int at = (k * tiles + t) * channels + c;
        System.arraycopy(rows[k], 0, scratch.buffer(), at, count);
      }
    }
  }

  /** Leaves in the row 2·area + k·tiles + t the products for element k of tile t. */
  private void multiply(int block, int count, Scratch scratch) {
    float[][] rows = scratch.rows();
    float[] tile = scratch.buffer();
    int channels = input.channels();
    for (int k = 0; k < area; k++) {
      int first = (block * area + k) * channels;
      int row = 2 * area + k * tiles;
      for (int t = 0; t < count; t++) {
        Arrays.fill(rows[row + t], 0, length, 0);
      }
      int t = 0;
      for (; t + 1 < count; t += 2) {
        int f = (k * tiles + t) * channels;
        Rows.addWeightedToTwo(rows, row + t, length, tile, f, channels, filters, first, channels);
      }
      if (t < count) {
        int f = (k * tiles + t) * channels;
        Rows.addWeighted(rows[row + t], length, tile, f, filters, first, channels);
      }
    }
  }

  private void finish(float[] arena, int tile, int t, int block, float[][] rows) {
    for (int b = 0; b < inputs; b++) {
      int x = 2 * area + b * tiles + t;
      Winograd.output(rows, x, inputs * tiles, rows, b, inputs, outputs, length);
    }
    for (int a = 0; a < outputs; a++) {
      Winograd.output(rows, a * inputs, 1, rows, area + a * inputs, 1, outputs, length);
    }
    int i = tile / across * outputs;
    int j = tile % across * outputs;
    int channel = block * length;
    int count = Math.min(length, output.channels() - channel);
    for (int a = 0; a < outputs && i + a < output.height(); a++) {
      for (int b = 0; b < outputs && j + b < output.width(); b++) {
        int p = (i + a) * output.width() + j + b;
        float[] sums = rows[area + a * inputs + b];
        epilogue.finishPositions(arena, p, p + 1, channel, count, sums, rows[0]);
      }
    }
  }
}
