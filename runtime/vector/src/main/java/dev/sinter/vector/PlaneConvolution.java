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
 * The direct sum of a 3 × 3 convolution of one channel, such as a grey picture: nine vectors of
 * weights stay in registers while the window moves along a row of a {@linkplain PaddedBand padded
 * copy} of the map.
 */
final class PlaneConvolution implements Kernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int SIDE = 3;
  private static final int PART_PRODUCTS = 1_000_000; // some 20 µs

  private final Slot output;
  private final Window window;
  private final Epilogue epilogue;
  private final PaddedBand band;
  private final Bands bands; // of output rows
  private final int vectors;
  private final float[] weights; // [vector][tap][lane]
  private final float[] bias; // [vector][lane]

  PlaneConvolution(Convolution convolution) {
    output = convolution.output();
    window = convolution.window();
    epilogue = Epilogue.of(convolution);
    band = new PaddedBand(convolution);
    bands = Bands.of(output.height(), (long) output.size() * SIDE * SIDE, PART_PRODUCTS);
    vectors = Window.ceil(output.channels(), LANES);
    bias = Arrays.copyOf(epilogue.bias(), vectors * LANES);
    weights = new float[vectors * SIDE * SIDE * LANES];
    for (int o = 0; o < output.channels(); o++) {
      for (int tap = 0; tap < SIDE * SIDE; tap++) {
        weights[(o / LANES * SIDE * SIDE + tap) * LANES + o % LANES] =
            convolution.weights()[o * SIDE * SIDE + tap];
      }
    }
  }

  /** Whether it is one of those. */
  static boolean suits(Convolution convolution) {
    return convolution.input().channels() == 1
        && convolution.window().kernelHeight() == SIDE
        && convolution.window().kernelWidth() == SIDE;
  }

  @Override
  public int parts() {
    return bands.count();
  }

  private int sums() {
    return Memory.line(band.floats(bands.most()));
  }

  private int free() {
    return sums() + output.width() * vectors * LANES;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(free() + Epilogue.SCRATCH);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    int first = bands.from(part);
    int rows = bands.lines(part);
    band.copy(arena, first, rows, buffer);
    int columns = output.width();
    int step = window.dilationHeight() * band.width();
    int stride = vectors * LANES;
    for (int y = 0; y < rows; y++) {
      int from = y * window.strideHeight() * band.width();
      for (int v = 0; v < vectors; v++) {
        int w = v * SIDE * SIDE * LANES;
        int to = sums() + v * LANES;
        if (window.strideWidth() == 1) {
          row(buffer, from, step, weights, w, v * LANES, to, stride, columns);
        } else {
          stridedRow(buffer, from, step, weights, w, v * LANES, to, stride, columns);
        }
      }
      int position = (first + y) * columns;
      epilogue.store(buffer, sums(), stride, arena, position, columns, 0, output.channels());
      epilogue.apply(arena, position, position + columns, buffer, free());
    }
  }

  private void row(
      float[] a, int from, int step, float[] w, int wAt, int biasAt, int to, int stride, int n) {
    FloatVector w0 = FloatVector.fromArray(SPECIES, w, wAt);
    FloatVector w1 = FloatVector.fromArray(SPECIES, w, wAt + LANES);
    FloatVector w2 = FloatVector.fromArray(SPECIES, w, wAt + 2 * LANES);
    FloatVector w3 = FloatVector.fromArray(SPECIES, w, wAt + 3 * LANES);
    FloatVector w4 = FloatVector.fromArray(SPECIES, w, wAt + 4 * LANES);
    FloatVector w5 = FloatVector.fromArray(SPECIES, w, wAt + 5 * LANES);
    FloatVector w6 = FloatVector.fromArray(SPECIES, w, wAt + 6 * LANES);
    FloatVector w7 = FloatVector.fromArray(SPECIES, w, wAt + 7 * LANES);
    FloatVector w8 = FloatVector.fromArray(SPECIES, w, wAt + 8 * LANES);
    FloatVector start = FloatVector.fromArray(SPECIES, bias, biasAt);
    int d = window.dilationWidth();
    for (int x = 0; x < n; x++) {
      int a0 = from + x;
      int a1 = a0 + step;
      int a2 = a1 + step;
      FloatVector c = FloatVector.broadcast(SPECIES, a[a0]).fma(w0, start);
      c = FloatVector.broadcast(SPECIES, a[a0 + d]).fma(w1, c);
      c = FloatVector.broadcast(SPECIES, a[a0 + 2 * d]).fma(w2, c);
      c = FloatVector.broadcast(SPECIES, a[a1]).fma(w3, c);
      c = FloatVector.broadcast(SPECIES, a[a1 + d]).fma(w4, c);
      c = FloatVector.broadcast(SPECIES, a[a1 + 2 * d]).fma(w5, c);
      c = FloatVector.broadcast(SPECIES, a[a2]).fma(w6, c);
      c = FloatVector.broadcast(SPECIES, a[a2 + d]).fma(w7, c);
      c = FloatVector.broadcast(SPECIES, a[a2 + 2 * d]).fma(w8, c);
      c.intoArray(a, to + x * stride);
    }
  }

  private void stridedRow(
      float[] a, int from, int step, float[] w, int wAt, int biasAt, int to, int stride, int n) {
    FloatVector w0 = FloatVector.fromArray(SPECIES, w, wAt);
    FloatVector w1 = FloatVector.fromArray(SPECIES, w, wAt + LANES);
    FloatVector w2 = FloatVector.fromArray(SPECIES, w, wAt + 2 * LANES);
    FloatVector w3 = FloatVector.fromArray(SPECIES, w, wAt + 3 * LANES);
    FloatVector w4 = FloatVector.fromArray(SPECIES, w, wAt + 4 * LANES);
    FloatVector w5 = FloatVector.fromArray(SPECIES, w, wAt + 5 * LANES);
    FloatVector w6 = FloatVector.fromArray(SPECIES, w, wAt + 6 * LANES);
    FloatVector w7 = FloatVector.fromArray(SPECIES, w, wAt + 7 * LANES);
    FloatVector w8 = FloatVector.fromArray(SPECIES, w, wAt + 8 * LANES);
    FloatVector start = FloatVector.fromArray(SPECIES, bias, biasAt);
    int d = window.dilationWidth();
    int s = window.strideWidth();
    for (int x = 0; x < n; x++) {
      int a0 = from + x * s;
      int a1 = a0 + step;
      int a2 = a1 + step;
      FloatVector c = FloatVector.broadcast(SPECIES, a[a0]).fma(w0, start);
      c = FloatVector.broadcast(SPECIES, a[a0 + d]).fma(w1, c);
      c = FloatVector.broadcast(SPECIES, a[a0 + 2 * d]).fma(w2, c);
      c = FloatVector.broadcast(SPECIES, a[a1]).fma(w3, c);
      c = FloatVector.broadcast(SPECIES, a[a1 + d]).fma(w4, c);
      c = FloatVector.broadcast(SPECIES, a[a1 + 2 * d]).fma(w5, c);
      c = FloatVector.broadcast(SPECIES, a[a2]).fma(w6, c);
      c = FloatVector.broadcast(SPECIES, a[a2 + d]).fma(w7, c);
      c = FloatVector.broadcast(SPECIES, a[a2 + 2 * d]).fma(w8, c);
      c.intoArray(a, to + x * stride);
    }
  }
}
