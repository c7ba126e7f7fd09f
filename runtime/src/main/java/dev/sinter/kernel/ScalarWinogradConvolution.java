package dev.sinter.kernel;

import java.util.Arrays;

/**
 * {@link Winograd}'s convolution, all rows over channels: tiles of the input are transformed, for
 * each of the n² elements of a tile the channels are multiplied with the transformed filters, and
 * the sums are transformed back. A part is some tiles and a block of output channels.
 *
 * <p>The transforms treat all tiles of a part at once, in rows in which a tile stands behind the
 * other. The buffers hold two sets of n² such rows, and a row of sums for each tile.
 */
final class ScalarWinogradConvolution implements Kernel {
  private static final int FLOATS = 1 << 17; // of the transformed tiles
  private static final int BLOCK = 256; // output channels

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
    int rowLength = Math.max(tiles * input.channels(), Math.max(tiles, outputs) * length);
    return ScratchSize.NONE.rows(2 * area + tiles, rowLength);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[][] rows = scratch.rows();
    int from = part / blocks * tiles;
    int to = Math.min(from + tiles, allTiles);
    for (int tile = from; tile < to; tile++) {
      gather(arena, tile, (tile - from) * input.channels(), rows);
    }
    transform(rows, (to - from) * input.channels());
    multiply(part % blocks, to - from, rows);
    transformBack(rows, (to - from) * length);
    int count;
    for (int tile = from; tile < to; tile += count) {
      count = Math.min(to - tile, across - tile % across);
      count = Math.min(count, Math.max(1, tiles / outputs)); // what fits a row
      store(arena, tile, count, (tile - from) * length, part % blocks * length, rows);
    }
  }

  /** Copies element k of a tile to the row k. */
  private void gather(float[] arena, int tile, int at, float[][] rows) {
    int channels = input.channels();
    int top = tile / across * outputs - window.top();
    int left = tile % across * outputs - window.left();
    for (int k = 0; k < area; k++) {
      int h = top + k / inputs;
      int w = left + k % inputs;
      if (h >= 0 && h < input.height() && w >= 0 && w < input.width()) {
        System.arraycopy(arena, input.position(h * input.width() + w), rows[k], at, channels);
      } else {
        Arrays.fill(rows[k], at, at + channels, 0);
      }
    }
  }

  /** Transforms the first set, in place. */
  private void transform(float[][] rows, int count) {
    for (int b = 0; b < inputs; b++) {
      Winograd.input(rows, b, area + b, inputs, outputs, count);
    }
    for (int a = 0; a < area; a += inputs) {
      Winograd.input(rows, area + a, a, 1, outputs, count);
    }
  }

  /** Leaves in the second set the products of the first. */
  private void multiply(int block, int count, float[][] rows) {
    int channels = input.channels();
    int sums = 2 * area;
    for (int k = 0; k < area; k++) {
      int first = (block * area + k) * channels;
      for (int t = 0; t < count; t++) {
        Arrays.fill(rows[sums + t], 0, length, 0);
      }
      int t = 0;
      for (; t + 1 < count; t += 2) {
        Rows.addWeightedToTwo(
            rows, sums + t, length, rows[k], t * channels, channels, filters, first, channels);
      }
      if (t < count) {
        Rows.addWeighted(rows[sums + t], length, rows[k], t * channels, filters, first, channels);
      }
      for (t = 0; t < count; t++) {
        System.arraycopy(rows[sums + t], 0, rows[area + k], t * length, length);
      }
    }
  }

  /** Transforms the second set back, in place. */
  private void transformBack(float[][] rows, int count) {
    for (int b = 0; b < inputs; b++) {
      Winograd.output(rows, area + b, inputs, rows, b, inputs, outputs, count);
    }
    for (int a = 0; a < outputs; a++) {
      Winograd.output(rows, a * inputs, 1, rows, area + a * inputs, 1, outputs, count);
    }
  }

  /** Finishes tiles of one line, line by line. */
  private void store(float[] arena, int tile, int tiles, int at, int channel, float[][] rows) {
    int i = tile / across * outputs;
    int j = tile % across * outputs;
    int height = Math.min(outputs, output.height() - i);
    int width = Math.min(tiles * outputs, output.width() - j);
    int count = Math.min(length, output.channels() - channel);
    for (int a = 0; a < height; a++) {
      for (int w = 0; w < width; w++) {
        float[] row = rows[area + a * inputs + w % outputs];
        System.arraycopy(row, at + w / outputs * length, rows[0], w * count, count);
      }
      int from = (i + a) * output.width() + j;
      epilogue.finishPositions(arena, from, from + width, channel, count, rows[0], rows[1]);
    }
  }
}
