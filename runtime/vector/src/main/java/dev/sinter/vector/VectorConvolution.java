package dev.sinter.vector;

import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Memory;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;

/**
 * The direct sum, as products of matrices: pixels by what their windows read, times that by output
 * channels. A part is a band of output rows and, where the weights are large, some of the output
 * channels.
 *
 * <p>The windows of a chunk of pixels are packed in {@linkplain Gemm panels}, for all blocks of
 * output channels; as many rows of the kernel at a time as leave room in the second cache for
 * weights. Kernels of 1 × 1 read the arena, others a {@linkplain PaddedBand padded copy}.
 */
final class VectorConvolution implements Kernel {
  // Weights up to this size stay in the second cache from a chunk of pixels to the next; larger
  // ones are read once for all pixels of a band.
  private static final int SMALL_WEIGHTS = 100_000;
  // Floats of a chunk's panels, beside small weights and beside a block of large ones.
  private static final int PACKED = 48_000;
  private static final int PACKED_BESIDE_BLOCK = 120_000;
  private static final int PART_PRODUCTS = 1_500_000; // some 20 µs
  private static final int MAX_SPLITS = 4; // each packs all windows for itself
  private static final int SPLIT_PRODUCTS = 3_000_000;
  private static final int WEIGHT_PRODUCTS = 8; // in the time that a weight takes from memory
  private static final int MAX_BAND = 1 << 18; // floats of a copy

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final int groups;
  private final Epilogue epilogue;
  private final PackedWeights weights;
  private final PaddedBand band;
  private final boolean pointwise; // reads the arena
  private final int inputChannels;
  private final int inputRowStride; // from a band's first pixel to the next band's, per output row
  private final Bands bands; // of output rows
  private final int splits; // of the blocks of output channels
  private final int chunk; // pixels, whole panels
  private final int[] rows; // where the windows of a band's pixels begin
  private final int[] lineStarts;
  private final int runsPerRow; // stretches of a kernel row that are read without a gap
  private final int runLength;
  private final int kernelRows; // that are packed at a time
  private final int sumStride;
  // The buffer: the copy, panels, lines, sums, the epilogue's. Where whole vectors are moved
  // beyond the end of one, the next is not in use yet.
  private final int panels;
  private final int lines;
  private final int lineStride;
  private final int sums;
  private final int free;

  /** The kernel for a convolution. */
  static Kernel of(Convolution convolution) {
    int groups = convolution.groups();
    if (groups > 1
        && groups == convolution.input().channels()
        && groups == convolution.output().channels()) {
      return DepthwiseConvolution.of(convolution);
    }
    if (PlaneConvolution.suits(convolution)) {
      return new PlaneConvolution(convolution);
    }
    if (NarrowConvolution.suits(convolution)) {
      return new NarrowConvolution(convolution);
    }
    return convolution.algorithm() == Convolution.Algorithm.DIRECT
        ? new VectorConvolution(convolution)
        : new WinogradConvolution(convolution);
  }

  private VectorConvolution(Convolution convolution) {
    input = convolution.input();
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
    runsPerRow = joins ? 1 : window.kernelWidth();
    runLength = joins ? window.kernelWidth() * perGroup : perGroup;

    boolean small = weights.values.length <= SMALL_WEIGHTS;
    bands = bands(small);
    int blocks = weights.vectors.length;
    splits = small || groups > 1 || epilogue.remains() ? 1 : splits(blocks);
    int most = Window.ceil(bands.most() * output.width(), Gemm.PANEL);
    int row = runsPerRow * runLength;
    int pixels = small ? Gemm.PANEL : most * Gemm.PANEL;
    int packed = small ? PACKED : PACKED_BESIDE_BLOCK;
    kernelRows = Math.max(1, Math.min(window.kernelHeight(), packed / (pixels * row)));
    int fit = packed / Gemm.panelFloats(kernelRows * row);
    chunk = Math.max(1, Math.min(most, fit)) * Gemm.PANEL;
    sumStride = weights.bias.length;
    inputRowStride = window.strideHeight() * input.width() * input.pixelStride();
    rows = rows(input);
    int length = kernelRows * row;
    panels = Memory.line(pointwise ? 0 : band.floats(bands.most()));
    lines = panels + chunk / Gemm.PANEL * Gemm.panelFloats(length) + Gemm.LANES;
    lineStarts = new int[Gemm.PLACES];
    lineStride = runLength % Gemm.LANES == 0 ? 0 : length + 2 * Gemm.LANES;
    sums = Memory.line(lines + lineStarts.length * lineStride);
    free = sums + chunk * sumStride;
    Arrays.setAll(lineStarts, i -> i * lineStride);
  }

  private Bands bands(boolean small) {
    int height = output.height();
    if (small) {
      return Bands.of(height, (long) output.size() * weights.depth, PART_PRODUCTS);
    }
    return Bands.atMost(pointwise ? 1 : 2 * (band.floats(height) / MAX_BAND), height);
  }

  private int splits(int blocks) {
    long products =
        (long) output.size() * weights.depth + (long) WEIGHT_PRODUCTS * weights.values.length;
    int most = (int) Math.min(MAX_SPLITS / bands.count(), products / SPLIT_PRODUCTS);
    return Bands.atMost(most, blocks).count();
  }

  /** Where the windows of the first pixels begin. */
  private int[] rows(Slot input) {
    int[] rows = new int[bands.most() * output.width()];
    for (int pixel = 0; pixel < rows.length; pixel++) {
      int y = pixel / output.width() * window.strideHeight();
      int x = pixel % output.width() * window.strideWidth();
      rows[pixel] =
          pointwise
              ? input.position(y * input.width() + x)
              : (y * band.width() + x) * inputChannels;
    }
    return rows;
  }

  @Override
  public int parts() {
    return bands.count() * splits;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(free + Epilogue.SCRATCH);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    int row = bands.from(part / splits);
    int count = bands.lines(part / splits);
    if (!pointwise) {
      band.copy(arena, row, count, buffer);
    }
    int blocks = weights.vectors.length;
    int first = part % splits * blocks / splits;
    int end = (part % splits + 1) * blocks / splits;
    int pixels = count * output.width();
    for (int from = 0; from < pixels; from += chunk) {
      int inChunk = Math.min(pixels - from, chunk);
      int position = row * output.width() + from;
      chunk(arena, row, from, position, inChunk, first, end, buffer);
      epilogue.apply(arena, position, position + inChunk, buffer, free);
    }
  }

  /** Some blocks of output channels of a chunk of pixels, the first of which is at a position. */
  private void chunk(
      float[] arena,
      int row,
      int from,
      int position,
      int pixels,
      int first,
      int end,
      float[] buffer) {
    int perGroup = output.channels() / groups;
    boolean straight = !epilogue.adds() && perGroup % Gemm.LANES == 0;
    int whole = straight ? Gemm.whole(pixels) : 0;
    int blocksPerGroup = weights.vectors.length / groups;
    for (int block = first; block < end; ) {
      int group = block / blocksPerGroup;
      int groupEnd = Math.min(end, (group + 1) * blocksPerGroup);
      int shift = group * (inputChannels / groups) + (pointwise ? row * inputRowStride : 0);
      for (int u = 0; u < window.kernelHeight(); u += kernelRows) {
        int rowsEnd = Math.min(window.kernelHeight(), u + kernelRows);
        pack(pointwise ? arena : buffer, shift, from, pixels, u, rowsEnd, buffer);
        for (int b = block; b < groupEnd; b++) {
          products(arena, position, pixels, whole, u, rowsEnd, b, buffer);
        }
      }
      int channel = weights.channel[block];
      int last = groupEnd - 1;
      int channels = weights.channel[last] + weights.channels[last] - channel;
      if (whole > 0 && epilogue.bounds()) {
        int at = output.position(position) + channel;
        epilogue.store(arena, at, output.pixelStride(), arena, position, whole, channel, channels);
      }
      if (whole < pixels) {
        int at = sums + whole * sumStride + weights.begin[block] * Gemm.LANES;
        epilogue.store(
            buffer, at, sumStride, arena, position + whole, pixels - whole, channel, channels);
      }
      block = groupEnd;
    }
  }

  /** Packs the rows [u, end) of the windows of a chunk of pixels, each [u][v][c]. */
  private void pack(float[] a, int shift, int from, int pixels, int u, int end, float[] buffer) {
    int panelFloats = Gemm.panelFloats((end - u) * runsPerRow * runLength);
    for (int i = 0, count; i < pixels; i += count) {
      count = Gemm.next(pixels - i);
      int panel = panels + i / Gemm.PANEL * panelFloats;
      if (runLength % Gemm.LANES == 0) {
        packRuns(a, shift, from + i, count, u, end, buffer, panel);
      } else {
        packLines(a, shift, from + i, count, u, end, buffer, panel);
      }
    }
  }

  /** Packs a panel, run by run of whole vectors. */
  private void packRuns(
      float[] a, int shift, int from, int pixels, int u, int end, float[] buffer, int panel) {
    int to = panel;
    for (int run = u * runsPerRow; run < end * runsPerRow; run++) {
      int at = shift + move(run);
      Gemm.move(
          a, rows, from, at, pixels, runLength, buffer, to, Gemm.PLACES * Gemm.LANES, Gemm.LANES);
      to += runLength * Gemm.PLACES;
    }
  }

  /**
   * Packs a panel by way of lines, in which each window's runs lie behind each other. All lines are
   * written before the first is read, since what was just stored is slow to load in other pieces.
   */
  private void packLines(
      float[] a, int shift, int from, int pixels, int u, int end, float[] buffer, int panel) {
    int first = u * runsPerRow;
    int last = end * runsPerRow - 1;
    boolean spills =
        rows[from + pixels - 1] + shift + move(last) + runLength + Gemm.LANES <= a.length;
    int to = lines;
    for (int run = first; run <= last; run++) {
      int at = shift + move(run);
      if (spills) { // into the next run, which comes later
        Gemm.move(a, rows, from, at, pixels, runLength, buffer, to, Gemm.LANES, lineStride);
      } else {
        for (int i = 0; i < pixels; i++) {
          System.arraycopy(a, rows[from + i] + at, buffer, to + i * lineStride, runLength);
        }
      }
      to += runLength;
    }
    int k = (last + 1 - first) * runLength;
    int step = Gemm.PLACES * Gemm.LANES;
    Gemm.move(buffer, lineStarts, 0, lines, pixels, k, buffer, panel, step, Gemm.LANES);
  }

  /** From a window's first float to a run's. */
  private int move(int run) {
    int row = run / runsPerRow * window.dilationHeight();
    int column = run % runsPerRow * window.dilationWidth();
    return (row * band.width() + column) * inputChannels;
  }

  /** Adds the rows [u, end) of the windows for a block of output channels. */
  private void products(
      float[] arena,
      int position,
      int pixels,
      int whole,
      int u,
      int end,
      int block,
      float[] buffer) {
    int vectors = weights.vectors[block];
    int row = runsPerRow * runLength;
    int k = (end - u) * row;
    int panelFloats = Gemm.panelFloats(k);
    int w = weights.at(block) + u * row * vectors * Gemm.LANES;
    int begin = weights.begin[block] * Gemm.LANES;
    for (int i = 0, count; i < pixels; i += count) {
      count = Gemm.next(pixels - i);
      boolean out = i < whole;
      float[] c = out ? arena : buffer;
      int at =
          out
              ? output.position(position + i) + weights.channel[block]
              : sums + i * sumStride + begin;
      int stride = out ? output.pixelStride() : sumStride;
      Gemm.run(
          vectors,
          count,
          buffer,
          panels + i / Gemm.PANEL * panelFloats,
          Gemm.PLACES - 1,
          weights.values,
          w,
          k,
          u == 0 ? weights.bias : c,
          u == 0 ? begin : at,
          u == 0 ? 0 : stride,
          c,
          at,
          stride);
    }
  }

  // ---- as a part of a chain ----

  /** Whether it is of 1 × 1 with stride 1, and its weights stay in the second cache. */
  boolean isSmallPoint() {
    return pointwise
        && groups == 1
        && window.strideHeight() == 1
        && window.strideWidth() == 1
        && weights.values.length <= SMALL_WEIGHTS;
  }

  Slot input() {
    return input;
  }

  Slot output() {
    return output;
  }

  Epilogue epilogue() {
    return epilogue;
  }

  /** The blocks of output channels. */
  int blocks() {
    return weights.vectors.length;
  }

  /** The floats of a pixel's sums. */
  int sumStride() {
    return sumStride;
  }

  /**
   * The sums of a block, bias included.
   *
   * @param a [C / lanes][most][lanes] from {@code a[from]}
   * @param pixels how many of them; some more are read and written
   * @param stride from a pixel's sums to the next one's
   */
  void products(
      float[] a, int from, int most, int pixels, int block, float[] sums, int at, int stride) {
    for (int i = 0, count; i < pixels; i += count) {
      count = Gemm.next(pixels - i);
      Gemm.run(
          weights.vectors[block],
          count,
          a,
          from + i * Gemm.LANES,
          most - 1,
          weights.values,
          weights.at(block),
          weights.depth,
          weights.bias,
          weights.begin[block] * Gemm.LANES,
          0,
          sums,
          at + i * stride,
          stride);
    }
  }
}
