package dev.sinter.vector;

import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Memory;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The direct sum of a small convolution with few channels and kernels of three rows, where packing
 * panels takes longer than computing. A tile is {@value #PIXELS} pixels by one vector of output
 * channels; it reads the three rows of the kernel at once from a {@linkplain PaddedBand padded
 * copy} of the map.
 */
final class NarrowConvolution implements Kernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PIXELS = 8;
  private static final int ROWS = 3;
  private static final int MOST_PRODUCTS = 500_000;
  private static final int MOST_DEPTH = 100; // products in an output

  private final Slot output;
  private final Window window;
  private final Epilogue epilogue;
  private final PaddedBand band;
  private final int rowLength; // floats of a kernel row
  private final int rowStep; // from a kernel row to the next, in the copy
  private final int vectors;
  private final float[] weights; // [vector][u][v·C][lane]
  private final float[] bias; // [vector][lane]
  private final int[] starts; // of the pixels' windows; behind the last, its own again

  NarrowConvolution(Convolution convolution) {
    output = convolution.output();
    window = convolution.window();
    epilogue = Epilogue.of(convolution);
    band = new PaddedBand(convolution);
    int channels = convolution.input().channels();
    rowLength = window.kernelWidth() * channels;
    rowStep = window.dilationHeight() * band.width() * channels;
    vectors = Window.ceil(output.channels(), LANES);
    bias = Arrays.copyOf(epilogue.bias(), vectors * LANES);
    weights = new float[vectors * ROWS * rowLength * LANES];
    pack(convolution.weights(), channels);
    starts = new int[Window.ceil(output.positions(), PIXELS) * PIXELS];
    for (int i = 0; i < starts.length; i++) {
      int pixel = Math.min(i, output.positions() - 1);
      int y = pixel / output.width() * window.strideHeight();
      int x = pixel % output.width() * window.strideWidth();
      starts[i] = (y * band.width() + x) * channels;
    }
  }

  /** Whether it is faster than {@link VectorConvolution}. */
  static boolean suits(Convolution convolution) {
    Window window = convolution.window();
    int depth = ROWS * window.kernelWidth() * convolution.input().channels();
    return window.kernelHeight() == ROWS
        && window.dilationWidth() == 1
        && convolution.groups() == 1
        && convolution.algorithm() == Convolution.Algorithm.DIRECT
        && depth <= MOST_DEPTH
        && (long) depth * convolution.output().size() <= MOST_PRODUCTS;
  }

  private void pack(float[] given, int channels) {
    int columns = window.kernelWidth();
    for (int o = 0; o < output.channels(); o++) {
      int block = o / LANES * ROWS * rowLength * LANES + o % LANES;
      for (int c = 0; c < channels; c++) {
        for (int tap = 0; tap < ROWS * columns; tap++) {
          weights[block + (tap * channels + c) * LANES] =
              given[(o * channels + c) * ROWS * columns + tap];
        }
      }
    }
  }

  private int sums() {
    return Memory.line(band.floats(output.height()));
  }

  private int free() {
    return sums() + starts.length * vectors * LANES;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(free() + Epilogue.SCRATCH);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    band.copy(arena, 0, output.height(), buffer);
    int stride = vectors * LANES;
    for (int vector = 0; vector < vectors; vector++) {
      int w = vector * ROWS * rowLength * LANES;
      int at = sums() + vector * LANES;
      for (int pixel = 0; pixel < starts.length; pixel += PIXELS) {
        tile(buffer, pixel, w, vector * LANES, at + pixel * stride, stride);
      }
    }
    int positions = output.positions();
    epilogue.store(buffer, sums(), stride, arena, 0, positions, 0, output.channels());
    epilogue.apply(arena, 0, positions, buffer, free());
  }

  private void tile(float[] a, int pixel, int wAt, int biasAt, int at, int stride) {
    int step = rowLength * LANES;
    int a0 = starts[pixel];
    int a1 = starts[pixel + 1];
    int a2 = starts[pixel + 2];
    int a3 = starts[pixel + 3];
    int a4 = starts[pixel + 4];
    int a5 = starts[pixel + 5];
    int a6 = starts[pixel + 6];
    int a7 = starts[pixel + 7];
    FloatVector start = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector c0 = start;
    FloatVector c1 = start;
    FloatVector c2 = start;
    FloatVector c3 = start;
    FloatVector c4 = start;
    FloatVector c5 = start;
    FloatVector c6 = start;
    FloatVector c7 = start;
    for (int i = 0; i < rowLength; i++) {
      int j = wAt + i * LANES;
      FloatVector w0 = FloatVector.fromArray(SPECIES, weights, j);
      FloatVector w1 = FloatVector.fromArray(SPECIES, weights, j + step);
      FloatVector w2 = FloatVector.fromArray(SPECIES, weights, j + 2 * step);
      int x0 = a0 + i;
      c0 = FloatVector.broadcast(SPECIES, a[x0]).fma(w0, c0);
      c0 = FloatVector.broadcast(SPECIES, a[x0 + rowStep]).fma(w1, c0);
      c0 = FloatVector.broadcast(SPECIES, a[x0 + 2 * rowStep]).fma(w2, c0);
      int x1 = a1 + i;
      c1 = FloatVector.broadcast(SPECIES, a[x1]).fma(w0, c1);
      c1 = FloatVector.broadcast(SPECIES, a[x1 + rowStep]).fma(w1, c1);
      c1 = FloatVector.broadcast(SPECIES, a[x1 + 2 * rowStep]).fma(w2, c1);
      int x2 = a2 + i;
      c2 = FloatVector.broadcast(SPECIES, a[x2]).fma(w0, c2);
      c2 = FloatVector.broadcast(SPECIES, a[x2 + rowStep]).fma(w1, c2);
      c2 = FloatVector.broadcast(SPECIES, a[x2 + 2 * rowStep]).fma(w2, c2);
      int x3 = a3 + i;
      c3 = FloatVector.broadcast(SPECIES, a[x3]).fma(w0, c3);
      c3 = FloatVector.broadcast(SPECIES, a[x3 + rowStep]).fma(w1, c3);
      c3 = FloatVector.broadcast(SPECIES, a[x3 + 2 * rowStep]).fma(w2, c3);
      int x4 = a4 + i;
      c4 = FloatVector.broadcast(SPECIES, a[x4]).fma(w0, c4);
      c4 = FloatVector.broadcast(SPECIES, a[x4 + rowStep]).fma(w1, c4);
      c4 = FloatVector.broadcast(SPECIES, a[x4 + 2 * rowStep]).fma(w2, c4);
      int x5 = a5 + i;
      c5 = FloatVector.broadcast(SPECIES, a[x5]).fma(w0, c5);
      c5 = FloatVector.broadcast(SPECIES, a[x5 + rowStep]).fma(w1, c5);
      c5 = FloatVector.broadcast(SPECIES, a[x5 + 2 * rowStep]).fma(w2, c5);
      int x6 = a6 + i;
      c6 = FloatVector.broadcast(SPECIES, a[x6]).fma(w0, c6);
      c6 = FloatVector.broadcast(SPECIES, a[x6 + rowStep]).fma(w1, c6);
      c6 = FloatVector.broadcast(SPECIES, a[x6 + 2 * rowStep]).fma(w2, c6);
      int x7 = a7 + i;
      c7 = FloatVector.broadcast(SPECIES, a[x7]).fma(w0, c7);
      c7 = FloatVector.broadcast(SPECIES, a[x7 + rowStep]).fma(w1, c7);
      c7 = FloatVector.broadcast(SPECIES, a[x7 + 2 * rowStep]).fma(w2, c7);
    }
    c0.intoArray(a, at);
    c1.intoArray(a, at + stride);
    c2.intoArray(a, at + 2 * stride);
    c3.intoArray(a, at + 3 * stride);
    c4.intoArray(a, at + 4 * stride);
    c5.intoArray(a, at + 5 * stride);
    c6.intoArray(a, at + 6 * stride);
    c7.intoArray(a, at + 7 * stride);
  }
}
