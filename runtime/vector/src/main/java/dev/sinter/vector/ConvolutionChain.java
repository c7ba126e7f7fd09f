package dev.sinter.vector;

import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Memory;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions of 1 × 1, of each channel by itself with 3 × 3, and of 1 × 1, the first or the last
 * of which may be missing: the blocks of the MobileNets. What passes between them never leaves the
 * second cache, since a few rows go through all three before the next do.
 *
 * <p>In between, a vector of channels of all positions lies together, [C / lanes][y][x][lanes].
 * There rows have their padding, the kernel of 3 × 3 finds its taps at constant distances, and the
 * last convolution reads its {@linkplain Gemm panels} where the one before it has put its results.
 *
 * <p>A part is a band of output rows; the rows that two bands read are expanded in both.
 */
final class ConvolutionChain implements Kernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int STEP = Gemm.VECTORS * LANES; // floats of a pixel's sums in a block
  private static final int BAND_ROWS = 28; // of large maps, so that few rows are read by two bands
  private static final int BANDS = 2; // of others
  private static final int FEWEST_ROWS = 8; // below, the rows that both bands read are too many
  private static final int MOST_BETWEEN = 50_000; // floats, which stay in the second cache

  private final @Nullable VectorConvolution expand;
  private final DepthwiseThree depthwise;
  private final @Nullable VectorConvolution project;
  private final Slot input;
  private final Slot output;
  private final Window window;
  private final int height; // of the map that the depthwise convolution reads
  private final int width;
  private final int columns; // and those of it that it gives
  private final Bands bands;
  private final int vectors; // of the channels in between
  private final float[] weights; // [tap][vectors·lanes], of 3 × 3
  private final float[] bias; // [vectors·lanes]
  private final int chunk; // output rows
  // The buffer: [C / lanes][pixels][lanes] of the input; a block's sums; [vectors][rows][columns,
  // padded][lanes]; [vectors][pixels][lanes] of what the depthwise convolution gives; sums.
  private final int pixels; // of the input in a chunk
  private final int blockSums;
  private final int between;
  private final int rowFloats;
  private final int planeFloats;
  private final int results;
  private final int resultPixels;
  private final int sums;
  private final int free;

  /** The kernel for others that run one after the other; null if there is none, or it is slower. */
  static @Nullable Kernel of(Kernel... kernels) {
    int at = kernels[0] instanceof VectorConvolution ? 1 : 0;
    if (!(kernels[at] instanceof DepthwiseThree)) {
      return null;
    }
    VectorConvolution expand = at == 0 ? null : (VectorConvolution) kernels[0];
    DepthwiseThree depthwise = (DepthwiseThree) kernels[at];
    VectorConvolution project = null;
    if (kernels.length > at + 1) {
      if (!(kernels[at + 1] instanceof VectorConvolution)) {
        return null;
      }
      project = (VectorConvolution) kernels[at + 1];
    }
    boolean suits =
        depthwise.chains()
            && (expand == null || expand.isSmallPoint() && expand.epilogue().isAlike())
            && (project == null
                ? depthwise.output().channels() % LANES == 0
                : project.isSmallPoint())
            && depthwise.output().height() >= FEWEST_ROWS;
    return suits ? new ConvolutionChain(expand, depthwise, project) : null;
  }

  private ConvolutionChain(
      @Nullable VectorConvolution expand,
      DepthwiseThree depthwise,
      @Nullable VectorConvolution project) {
    this.expand = expand;
    this.depthwise = depthwise;
    this.project = project;
    input = expand == null ? depthwise.input() : expand.input();
    output = project == null ? depthwise.output() : project.output();
    window = depthwise.window();
    height = input.height();
    width = input.width();
    columns = output.width();
    int channels = depthwise.output().channels();
    vectors = Window.ceil(channels, LANES);
    weights = new float[9 * vectors * LANES];
    for (int tap = 0; tap < 9; tap++) {
      System.arraycopy(
          depthwise.weights(), tap * channels, weights, tap * vectors * LANES, channels);
    }
    bias = Arrays.copyOf(depthwise.epilogue().bias(), vectors * LANES);
    int rows = output.height();
    bands = Bands.atMost(Math.max(BANDS, rows / BAND_ROWS), rows);
    rowFloats = ((columns - 1) * window.strideWidth() + 3) * LANES;
    int perRow = vectors * (rowFloats * window.strideHeight() + columns * LANES);
    chunk = Math.min(bands.most(), Math.max(1, MOST_BETWEEN / perRow));
    pixels = Gemm.PANEL * (rowsRead(chunk) * width / Gemm.PANEL + 1);
    blockSums =
        Memory.line(expand == null ? 0 : Window.ceil(input.channels(), LANES) * pixels * LANES);
    between = Memory.line(blockSums + (expand == null ? 0 : pixels * STEP));
    planeFloats = rowsRead(chunk) * rowFloats + LANES;
    results = Memory.line(between + vectors * planeFloats);
    resultPixels = Gemm.PANEL * (chunk * columns / Gemm.PANEL + 1) + 1;
    sums = Memory.line(results + vectors * resultPixels * LANES);
    free = sums + (project == null ? 0 : resultPixels * project.sumStride());
  }

  /** The rows of the map that so many output rows read. */
  private int rowsRead(int rows) {
    return (rows - 1) * window.strideHeight() + 3;
  }

  @Override
  public int parts() {
    return bands.count();
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(free + Epilogue.SCRATCH);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    int from = bands.from(part);
    int to = from + bands.lines(part);
    int kept = 0;
    for (int row = from; row < to; row += chunk) {
      int rows = Math.min(chunk, to - row);
      rows(arena, row, rows, kept, buffer);
      kept = Math.max(0, 3 - window.strideHeight());
    }
  }

  /** Some output rows, of which the first {@code kept} rows that they read are there. */
  private void rows(float[] arena, int row, int rows, int kept, float[] buffer) {
    int top = row * window.strideHeight() - window.top();
    int first = Math.max(0, top + kept);
    int end = Math.max(first, Math.min(height, top + rowsRead(rows)));
    VectorConvolution expand = this.expand;
    for (int c = 0; expand != null && c < input.channels(); c += LANES) {
      gather(arena, first * width, (end - first) * width, c, buffer, c * pixels);
    }
    for (int v = 0; v < vectors; v += Gemm.VECTORS) {
      int count = Math.min(Gemm.VECTORS, vectors - v);
      if (expand != null) {
        expand.products(
            buffer, 0, pixels, (end - first) * width, v / Gemm.VECTORS, buffer, blockSums, STEP);
      }
      for (int i = v; i < v + count; i++) {
        int plane = between + i * planeFloats;
        if (kept > 0) {
          int last = plane + chunk * window.strideHeight() * rowFloats;
          System.arraycopy(buffer, last, buffer, plane, kept * rowFloats);
        }
        for (int y = kept; y < rowsRead(rows); y++) {
          fill(arena, top + y, first, i, buffer, plane + y * rowFloats);
        }
        depthwise(arena, row, rows, i, buffer, plane);
      }
    }
    int position = row * columns;
    VectorConvolution project = this.project;
    if (project == null) {
      return;
    }
    int stride = project.sumStride();
    for (int block = 0; block < project.blocks(); block++) {
      int to = sums + block * STEP;
      project.products(buffer, results, resultPixels, rows * columns, block, buffer, to, stride);
    }
    Epilogue epilogue = project.epilogue();
    int count = rows * columns;
    epilogue.store(buffer, sums, stride, arena, position, count, 0, output.channels());
    epilogue.apply(arena, position, position + count, buffer, free);
  }

  /** Moves a vector of each of some positions of the input, or less where the arena ends. */
  private void gather(float[] arena, int position, int count, int channel, float[] buffer, int to) {
    int stride = input.pixelStride();
    int at = input.position(position) + channel;
    int beyond = at + (count - 1) * stride + LANES - arena.length; // what is not there
    int whole = beyond <= 0 ? count : Math.max(0, count - Window.ceil(beyond, stride));
    PoolLoops.move(buffer, to, LANES, arena, at, stride, whole);
    int left = Math.min(LANES, input.channels() - channel);
    for (int p = whole; p < count; p++) {
      System.arraycopy(arena, at + p * stride, buffer, to + p * LANES, left);
    }
  }

  /** A row of the map, of one vector of channels, with its padding. */
  private void fill(float[] arena, int y, int first, int vector, float[] buffer, int to) {
    if (y < 0 || y >= height) {
      Arrays.fill(buffer, to, to + rowFloats, 0);
      return;
    }
    int before = window.left() * LANES;
    int inside = Math.min(width * LANES, rowFloats - before);
    Arrays.fill(buffer, to, to + before, 0);
    Arrays.fill(buffer, to + before + inside, to + rowFloats, 0);
    if (expand != null) {
      int sum = blockSums + (y - first) * width * STEP + vector % Gemm.VECTORS * LANES;
      Epilogue epilogue = expand.epilogue();
      clip(buffer, sum, to + before, inside / LANES, epilogue.low(), epilogue.high());
      epilogue.finish(buffer, to + before, inside);
    } else {
      gather(arena, y * width, inside / LANES, vector * LANES, buffer, to + before);
    }
  }

  private void depthwise(float[] arena, int row, int rows, int vector, float[] buffer, int plane) {
    int at = results + vector * resultPixels * LANES;
    Epilogue epilogue = depthwise.epilogue();
    for (int i = 0; i < rows; i++) {
      DepthwiseThree.slide(
          buffer,
          plane + i * window.strideHeight() * rowFloats,
          rowFloats,
          window.strideWidth(),
          weights,
          vector * LANES,
          vectors * LANES,
          bias,
          at + i * columns * LANES,
          columns,
          epilogue.low(),
          epilogue.high());
    }
    epilogue.finish(buffer, at, rows * columns * LANES);
    if (project == null) {
      int to = output.position(row * columns) + vector * LANES;
      PoolLoops.move(arena, to, output.pixelStride(), buffer, at, LANES, rows * columns);
    }
  }

  /** Moves a vector of each pixel's sums. The constant distances save the checks of bounds. */
  private static void clip(float[] values, int from, int to, int count, float low, float high) {
    for (int j = 0; j < count; j++) {
      FloatVector sum = FloatVector.fromArray(SPECIES, values, from + j * STEP);
      VectorMath.clip(sum, low, high).intoArray(values, to + j * LANES);
    }
  }
}
