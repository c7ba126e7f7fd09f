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
 * copy} of the map. Results of less than a vector are stored as whole ones; what is too much is
 * overwritten by the next position's.
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
  private final boolean straight; // to the output
  private final int spilled; // positions behind a row that its last vector reaches over

  PlaneConvolution(Convolution convolution) {
    output = convolution.output();
    window = convolution.window();
    epilogue = Epilogue.of(convolution);
    band = new PaddedBand(convolution);
    bands = Bands.of(output.height(), (long) output.size() * SIDE * SIDE, PART_PRODUCTS);
    vectors = Window.ceil(output.channels(), LANES);
    bias = Arrays.copyOf(epilogue.bias(), vectors * LANES);
    int rest = output.channels() % LANES;
    straight = !epilogue.adds() && (rest == 0 || (vectors == 1 && output.isDense()));
    spilled = rest == 0 ? 0 : Window.ceil(LANES - rest, output.channels());
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
    for (int y = 0; y < rows; y++) {
      int from = y * window.strideHeight() * band.width();
      int position = (first + y) * columns;
      if (straight && (rows - 1 - y) * columns >= spilled) {
        row(buffer, from, arena, output.position(position), output.pixelStride());
      } else {
        int stride = vectors * LANES;
        row(buffer, from, buffer, sums(), stride);
        epilogue.store(buffer, sums(), stride, arena, position, columns, 0, output.channels());
      }
    }
    int position = first * columns;
    epilogue.apply(arena, position, position + rows * columns, buffer, free());
  }

  /** A row of results, kept to the bounds. */
  private void row(float[] buffer, int from, float[] y, int at, int stride) {
    for (int v = 0; v < vectors; v++) {
      int w = v * SIDE * SIDE * LANES;
      if (window.strideWidth() == 1) {
        slide(buffer, from, w, v * LANES, y, at + v * LANES, stride);
      } else {
        stride(buffer, from, w, v * LANES, y, at + v * LANES, stride);
      }
    }
  }

  private void slide(float[] a, int from, int wAt, int biasAt, float[] y, int to, int stride) {
    float[] w = weights;
    float low = epilogue.low();
    float high = epilogue.high();
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
    int step = window.dilationHeight() * band.width();
    int d = window.dilationWidth();
    int n = output.width();
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
      VectorMath.clip(c, low, high).intoArray(y, to + x * stride);
    }
  }

  private void stride(float[] a, int from, int wAt, int biasAt, float[] y, int to, int stride) {
    float[] w = weights;
    float low = epilogue.low();
    float high = epilogue.high();
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
    int step = window.dilationHeight() * band.width();
    int d = window.dilationWidth();
    int n = output.width();
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
      VectorMath.clip(c, low, high).intoArray(y, to + x * stride);
    }
  }
}
