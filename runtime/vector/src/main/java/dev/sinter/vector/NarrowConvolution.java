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
 * The direct sum of a small 3 × 3 convolution with few channels, where packing panels takes longer
 * than computing. A tile is {@value #PIXELS} neighbours in a row by one vector of output channels.
 * It reads a padded copy of the map in which a pixel's channels have a vector's room: so the
 * pixels' distances are constants, and each pixel that is loaded serves the three windows that it
 * lies in.
 */
final class NarrowConvolution implements Kernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PIXELS = 8;
  private static final int SIDE = 3;
  private static final int MOST_PRODUCTS = 500_000;
  private static final int MOST_DEPTH = 100; // products in an output

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final float[] padValues;
  private final Epilogue epilogue;
  private final int columns; // of output, in whole tiles
  private final int rowStride; // of the copy
  private final int height; // of the copy
  private final int vectors;
  private final float[] weights; // [vector][u][c][v][lane]
  private final float[] bias; // [vector][lane]
  private final int[] places; // of [u][c], from a window's first float
  private final int sums;
  private final int free;

  NarrowConvolution(Convolution convolution) {
    input = convolution.input();
    output = convolution.output();
    window = convolution.window();
    padValues = convolution.padValues();
    epilogue = Epilogue.of(convolution);
    int channels = input.channels();
    columns = Window.ceil(output.width(), PIXELS) * PIXELS;
    rowStride = (columns + SIDE - 1) * LANES;
    height =
        (output.height() - 1) * window.strideHeight() + (SIDE - 1) * window.dilationHeight() + 1;
    vectors = Window.ceil(output.channels(), LANES);
    bias = Arrays.copyOf(epilogue.bias(), vectors * LANES);
    weights = new float[vectors * SIDE * channels * SIDE * LANES];
    pack(convolution.weights(), channels);
    places = new int[SIDE * channels];
    for (int i = 0; i < places.length; i++) {
      places[i] = i / channels * window.dilationHeight() * rowStride + i % channels;
    }
    sums = Memory.line((height * rowStride) + LANES);
    free = sums + columns * vectors * LANES;
  }

  /** Whether it is faster than {@link VectorConvolution}. */
  static boolean suits(Convolution convolution) {
    Window window = convolution.window();
    int channels = convolution.input().channels();
    int depth = SIDE * SIDE * channels;
    return window.kernelHeight() == SIDE
        && window.kernelWidth() == SIDE
        && window.strideWidth() == 1
        && window.dilationWidth() == 1
        && convolution.groups() == 1
        && convolution.algorithm() == Convolution.Algorithm.DIRECT
        && channels <= LANES
        && depth <= MOST_DEPTH
        && (long) depth * convolution.output().size() <= MOST_PRODUCTS;
  }

  private void pack(float[] given, int channels) {
    for (int o = 0; o < output.channels(); o++) {
      int block = o / LANES * SIDE * channels * SIDE * LANES + o % LANES;
      for (int c = 0; c < channels; c++) {
        for (int tap = 0; tap < SIDE * SIDE; tap++) {
          int place = (tap / SIDE * channels + c) * SIDE + tap % SIDE;
          weights[block + place * LANES] = given[(o * channels + c) * SIDE * SIDE + tap];
        }
      }
    }
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(free + Epilogue.SCRATCH);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    copy(arena, buffer);
    int stride = vectors * LANES;
    int width = output.width();
    for (int y = 0; y < output.height(); y++) {
      int from = y * window.strideHeight() * rowStride;
      for (int vector = 0; vector < vectors; vector++) {
        int w = vector * SIDE * SIDE * input.channels() * LANES;
        for (int x = 0; x < width; x += PIXELS) {
          int to = sums + x * stride + vector * LANES;
          tile(buffer, from + x * LANES, w, vector * LANES, to, stride);
        }
      }
      epilogue.store(buffer, sums, stride, arena, y * width, width, 0, output.channels());
    }
    epilogue.apply(arena, 0, output.positions(), buffer, free);
  }

  private void copy(float[] arena, float[] buffer) {
    for (int y = 0; y < height; y++) {
      int row = y - window.top();
      int to = y * rowStride;
      if (row < 0 || row >= input.height()) {
        pad(buffer, to, 0, columns + SIDE - 1);
        continue;
      }
      int left = Math.min(window.left(), columns + SIDE - 1);
      int end = Math.min(left + input.width(), columns + SIDE - 1);
      pad(buffer, to, 0, left);
      pixels(arena, input.position(row * input.width()), buffer, to + left * LANES, end - left);
      pad(buffer, to, end, columns + SIDE - 1);
    }
  }

  private void pad(float[] buffer, int row, int from, int to) {
    for (int x = from; x < to; x++) {
      System.arraycopy(padValues, 0, buffer, row + x * LANES, padValues.length);
    }
  }

  /** Copies pixels, by whole vectors unless the array ends before. */
  private void pixels(float[] arena, int at, float[] buffer, int to, int count) {
    int step = input.pixelStride();
    int whole = Math.min(count, Math.max(0, (arena.length - LANES - at + step) / step));
    for (int x = 0; x < whole; x++) {
      FloatVector.fromArray(SPECIES, arena, at + x * step).intoArray(buffer, to + x * LANES);
    }
    for (int x = whole; x < count; x++) {
      System.arraycopy(arena, at + x * step, buffer, to + x * LANES, input.channels());
    }
  }

  private static FloatVector factor(float[] a, int at) {
    return FloatVector.broadcast(SPECIES, a[at]);
  }

  private void tile(float[] a, int from, int wAt, int biasAt, int at, int stride) {
    FloatVector start = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector c0 = start;
    FloatVector c1 = start;
    FloatVector c2 = start;
    FloatVector c3 = start;
    FloatVector c4 = start;
    FloatVector c5 = start;
    FloatVector c6 = start;
    FloatVector c7 = start;
    for (int i = 0; i < places.length; i++) {
      int j = wAt + i * (SIDE * LANES);
      FloatVector w0 = FloatVector.fromArray(SPECIES, weights, j);
      FloatVector w1 = FloatVector.fromArray(SPECIES, weights, j + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, weights, j + 2 * LANES);
      int x = from + places[i];
      FloatVector a0 = factor(a, x);
      c0 = a0.fma(w0, c0);
      FloatVector a1 = factor(a, x + LANES);
      c0 = a1.fma(w1, c0);
      c1 = a1.fma(w0, c1);
      FloatVector a2 = factor(a, x + 2 * LANES);
      c0 = a2.fma(w2, c0);
      c1 = a2.fma(w1, c1);
      c2 = a2.fma(w0, c2);
      FloatVector a3 = factor(a, x + 3 * LANES);
      c1 = a3.fma(w2, c1);
      c2 = a3.fma(w1, c2);
      c3 = a3.fma(w0, c3);
      FloatVector a4 = factor(a, x + 4 * LANES);
      c2 = a4.fma(w2, c2);
      c3 = a4.fma(w1, c3);
      c4 = a4.fma(w0, c4);
      FloatVector a5 = factor(a, x + 5 * LANES);
      c3 = a5.fma(w2, c3);
      c4 = a5.fma(w1, c4);
      c5 = a5.fma(w0, c5);
      FloatVector a6 = factor(a, x + 6 * LANES);
      c4 = a6.fma(w2, c4);
      c5 = a6.fma(w1, c5);
      c6 = a6.fma(w0, c6);
      FloatVector a7 = factor(a, x + 7 * LANES);
      c5 = a7.fma(w2, c5);
      c6 = a7.fma(w1, c6);
      c7 = a7.fma(w0, c7);
      FloatVector a8 = factor(a, x + 8 * LANES);
      c6 = a8.fma(w2, c6);
      c7 = a8.fma(w1, c7);
      c7 = factor(a, x + 9 * LANES).fma(w2, c7);
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
