package dev.sinter.vector;

import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;

/**
 * The direct sum, as products of matrices: pixels by what their windows read, times that by output
 * channels. A part is a band of output rows and, where the weights are large, some of the output
 * channels.
 *
 * <p>Kernels of 1 × 1 read the arena. Others read a {@linkplain PaddedBand padded copy}, a kernel
 * row at a time, whose taps lie behind each other; where these are few, whole windows are packed.
 */
final class VectorConvolution implements Kernel {
  // Weights up to this size stay in the second cache from a chunk of pixels to the next; larger
  // ones are read once for all pixels of a band.
  private static final int SMALL_WEIGHTS = 100_000;
  private static final int CHUNK = 2 * Gemm.PIXELS;
  private static final int MIN_RUN = 24; // products for which loading and storing the sums pays
  private static final int PART_PRODUCTS = 2_000_000; // some 20 µs
  private static final int MAX_PARTS = 8;
  private static final int MAX_BAND = 1 << 18; // floats of a copy

  private final Slot output;
  private final Window window;
  private final int groups;
  private final Epilogue epilogue;
  private final PackedWeights weights;
  private final PaddedBand band;
  private final boolean pointwise; // reads the arena
  private final boolean packs;
  private final int inputChannels;
  private final int inputRowStride; // from a band's first pixel to the next band's, per output row
  private final int bandRows;
  private final int bands;
  private final int splits; // of the blocks of output channels
  private final int chunk;
  private final int[] rows; // where the windows of a band's pixels begin
  private final int[] lastRows; // of the last band's
  private final int[] packedRows;
  private final int runs; // stretches of a window that are read without a gap
  private final int runLength;

  /** The kernel for a convolution. */
  static Kernel of(Convolution convolution) {
    int groups = convolution.groups();
    if (groups > 1
        && groups == convolution.input().channels()
        && groups == convolution.output().channels()) {
      return DepthwiseConvolution.of(convolution);
    }
    return convolution.algorithm() == Convolution.Algorithm.DIRECT
        ? new VectorConvolution(convolution)
        : new WinogradConvolution(convolution);
  }

  private VectorConvolution(Convolution convolution) {
    Slot input = convolution.input();
    output = convolution.output();
    window = convolution.window();
    groups = convolution.groups();
    epilogue = Epilogue.of(convolution);
    weights = PackedWeights.of(convolution, epilogue.bias());
    band = new PaddedBand(convolution);
    inputChannels = input.channels();
    int perGroup = inputChannels / groups;
    int taps = window.kernelHeight() * window.kernelWidth();
    pointwise = taps == 1 && window.top() + window.left() + window.bottom() + window.right() == 0;
    boolean joins = groups == 1 && window.dilationWidth() == 1;
    int natural = joins ? window.kernelWidth() * perGroup : perGroup;
    packs = natural < MIN_RUN && taps > 1;
    runLength = packs ? weights.depth : natural;
    runs = weights.depth / runLength;

    boolean small = weights.values.length <= SMALL_WEIGHTS;
    bandRows = bandRows(small);
    bands = Window.ceil(output.height(), bandRows);
    int blocks = weights.vectors.length;
    splits = small || epilogue.remains() ? 1 : Math.max(1, Math.min(blocks, MAX_PARTS / bands));
    chunk = small || packs ? CHUNK : Window.ceil(bandRows * output.width(), CHUNK) * CHUNK;
    inputRowStride = window.strideHeight() * input.width() * input.pixelStride();
    rows = rows(input, bandRows);
    lastRows = rows(input, output.height() - (bands - 1) * bandRows);
    packedRows = new int[packs ? chunk : 0];
    for (int i = 0; i < packedRows.length; i++) {
      packedRows[i] = band.floats(bandRows) + i * runLength;
    }
  }

  private int bandRows(boolean small) {
    int height = output.height();
    long products = (long) output.size() * weights.depth;
    int parts = (int) Math.max(1, Math.min(MAX_PARTS, products / PART_PRODUCTS));
    if (!small) {
      parts = pointwise ? 1 : band.floats(height) / MAX_BAND + 1;
    }
    int target = Math.max(1, height / parts);
    int best = target;
    for (int candidate = target; candidate <= Math.min(height, 2 * target); candidate++) {
      if (tiles(candidate) < tiles(best)) {
        best = candidate;
      }
    }
    return best;
  }

  /** The largest tiles that bands of so many rows take. */
  private int tiles(int bandRows) {
    int pixels = Gemm.pixels(weights.vectors[0]);
    int whole = output.height() / bandRows;
    int rest = output.height() % bandRows;
    return whole * Window.ceil(bandRows * output.width(), pixels)
        + Window.ceil(rest * output.width(), pixels);
  }

  /** Where the windows of the first pixels begin; behind the last, the last one's again. */
  private int[] rows(Slot input, int bandRows) {
    int pixels = bandRows * output.width();
    int[] rows = new int[pixels + Gemm.PIXELS];
    for (int i = 0; i < rows.length; i++) {
      int pixel = Math.min(i, pixels - 1);
      int y = pixel / output.width() * window.strideHeight();
      int x = pixel % output.width() * window.strideWidth();
      rows[i] =
          pointwise
              ? input.position(y * input.width() + x)
              : (y * band.width() + x) * inputChannels;
    }
    return rows;
  }

  @Override
  public int parts() {
    return bands * splits;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(free() + Epilogue.SCRATCH);
  }

  private int sums() {
    int map = pointwise ? 0 : band.floats(bandRows);
    return map + (packs ? chunk * runLength : 0);
  }

  private int free() {
    return sums() + chunk * 4 * Gemm.LANES;
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    int row = part / splits * bandRows;
    int count = Math.min(bandRows, output.height() - row);
    if (!pointwise) {
      band.copy(arena, row, count, buffer);
    }
    int blocks = weights.vectors.length;
    int first = part % splits * blocks / splits;
    int end = (part % splits + 1) * blocks / splits;
    int pixels = count * output.width();
    for (int from = 0; from < pixels; from += chunk) {
      int to = Math.min(pixels, from + chunk);
      chunk(arena, row, from, to - from, first, end, buffer);
      int position = row * output.width();
      epilogue.apply(arena, position + from, position + to, buffer, free());
    }
  }

  private void chunk(
      float[] arena, int row, int from, int pixels, int first, int end, float[] buffer) {
    int blocksPerGroup = weights.vectors.length / groups;
    int packed = -1;
    int[] starts = row + bandRows < output.height() ? rows : lastRows;
    for (int block = first; block < end; block++) {
      int group = block / blocksPerGroup;
      int shift = group * (inputChannels / groups);
      if (packs && packed != group) {
        pack(buffer, starts, from, pixels, shift);
        packed = group;
      }
      if (packs) {
        block(arena, row, from, pixels, block, buffer, packedRows, 0, 0, buffer);
      } else if (pointwise) {
        shift += row * inputRowStride;
        block(arena, row, from, pixels, block, arena, starts, from, shift, buffer);
      } else {
        block(arena, row, from, pixels, block, buffer, starts, from, shift, buffer);
      }
    }
  }

  /** Copies the windows of a chunk of pixels, each [u][v][c]. */
  private void pack(float[] buffer, int[] starts, int from, int pixels, int shift) {
    boolean joins = groups == 1 && window.dilationWidth() == 1;
    int columns = joins ? 1 : window.kernelWidth();
    int length = weights.depth / window.kernelHeight() / columns;
    int rowStep = window.dilationHeight() * band.width() * inputChannels;
    int columnStep = window.dilationWidth() * inputChannels;
    for (int i = 0; i < pixels; i++) {
      int to = packedRows[i];
      for (int u = 0; u < window.kernelHeight(); u++) {
        int at = starts[from + i] + shift + u * rowStep;
        for (int v = 0; v < columns; v++) {
          System.arraycopy(buffer, at + v * columnStep, buffer, to, length);
          to += length;
        }
      }
    }
  }

  /** A block of output channels of a chunk of pixels. */
  private void block(
      float[] arena,
      int row,
      int from,
      int pixels,
      int block,
      float[] a,
      int[] starts,
      int firstRow,
      int shift,
      float[] buffer) {
    int vectors = weights.vectors[block];
    int tile = Gemm.pixels(vectors);
    boolean straight = !epilogue.adds() && weights.channels[block] == vectors * Gemm.LANES;
    int position = row * output.width() + from;
    int whole = straight ? pixels - pixels % tile : 0;
    if (whole > 0) {
      int at = output.position(position) + weights.channel[block];
      products(a, starts, firstRow, shift, block, whole, arena, at, output.pixelStride());
      if (epilogue.bounds()) {
        int channels = weights.channels[block];
        int first = weights.channel[block];
        epilogue.store(arena, at, output.pixelStride(), arena, position, whole, first, channels);
      }
    }
    if (whole < pixels) {
      int stride = vectors * Gemm.LANES;
      int count = Window.ceil(pixels - whole, tile) * tile;
      products(a, starts, firstRow + whole, shift, block, count, buffer, sums(), stride);
      epilogue.store(
          buffer,
          sums(),
          stride,
          arena,
          position + whole,
          pixels - whole,
          weights.channel[block],
          weights.channels[block]);
    }
  }

  /** The sums of whole tiles. */
  private void products(
      float[] a,
      int[] starts,
      int row,
      int shift,
      int block,
      int count,
      float[] c,
      int at,
      int stride) {
    int vectors = weights.vectors[block];
    int w = weights.at(block);
    int bias = weights.begin[block] * Gemm.LANES;
    int columns = runs / window.kernelHeight(); // runs in a kernel row; 0 if windows are packed
    for (int run = 0; run < runs; run++) {
      int move = shift + (runs == 1 ? 0 : move(run, columns));
      Gemm.run(
          vectors,
          count,
          a,
          starts,
          row,
          move,
          weights.values,
          w + run * runLength * vectors * Gemm.LANES,
          runLength,
          run == 0 ? weights.bias : c,
          run == 0 ? bias : at,
          run == 0 ? 0 : stride,
          c,
          at,
          stride);
    }
  }

  /** From a window's first float to a run's. */
  private int move(int run, int columns) {
    int u = run / columns * window.dilationHeight();
    int v = run % columns * window.dilationWidth();
    return (u * band.width() + v) * inputChannels;
  }
}
