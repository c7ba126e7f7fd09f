package dev.sinter.vector;

import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A convolution of each channel by itself with a kernel of 3 × 3, whose channels fill a vector.
 * Where it is inside the map, the kernel slides along the rows with its nine weights in registers,
 * a vector of channels at a time; elsewhere it takes all channels of a position, a column of the
 * kernel at a time. The last vector of channels may overlap with the one before, and gives the same
 * again.
 *
 * <p>A part is a band of output rows; of the few rows of small maps, some of the channels.
 */
final class DepthwiseThree implements Kernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PART_PRODUCTS = 200_000; // 10 µs or more
  private static final int FEW_ROWS = 8;

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final Epilogue epilogue;
  private final int channels;
  private final float[] weights; // [tap][C]
  private final float[] padding;
  private final boolean zeros;
  private final int first; // the columns from here on are inside
  private final int end; // up to here
  private final Bands bands; // of output rows
  private final Bands slices; // of vectors of channels

  private DepthwiseThree(Convolution convolution) {
    input = convolution.input();
    output = convolution.output();
    window = convolution.window();
    epilogue = Epilogue.of(convolution);
    channels = output.channels();
    padding = convolution.padValues();
    zeros = convolution.padsZeros();
    weights = new float[9 * channels];
    for (int i = 0; i < weights.length; i++) {
      weights[i % 9 * channels + i / 9] = convolution.weights()[i];
    }
    int stride = window.strideWidth();
    first = Math.min(output.width(), Window.ceil(window.left(), stride));
    int fitting = Window.ceil(input.width() + window.left() - 2, stride);
    end = Math.max(first, Math.min(output.width(), fitting));
    long products = 9L * output.size();
    boolean slice = output.height() < FEW_ROWS && channels % LANES == 0 && !epilogue.remains();
    bands =
        slice
            ? Bands.atMost(1, output.height())
            : Bands.of(output.height(), products, PART_PRODUCTS);
    int vectors = Window.ceil(channels, LANES);
    slices = slice ? Bands.of(vectors, products, PART_PRODUCTS) : Bands.atMost(1, vectors);
  }

  /** Whether a convolution is one of these. */
  static boolean does(Convolution convolution) {
    Window window = convolution.window();
    return window.kernelHeight() == 3
        && window.kernelWidth() == 3
        && window.dilationHeight() == 1
        && window.dilationWidth() == 1
        && convolution.addend() == null
        && convolution.output().channels() >= LANES;
  }

  static Kernel of(Convolution convolution) {
    return new DepthwiseThree(convolution);
  }

  /** Whether it can be done between others, a few rows at a time. */
  boolean chains() {
    return zeros && epilogue.isAlike() && window.strideWidth() <= 2;
  }

  Slot input() {
    return input;
  }

  Slot output() {
    return output;
  }

  Window window() {
    return window;
  }

  /** [tap][C]. */
  float[] weights() {
    return weights;
  }

  Epilogue epilogue() {
    return epilogue;
  }

  @Override
  public int parts() {
    return bands.count() * slices.count();
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(channels + Epilogue.SCRATCH);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    int band = part / slices.count();
    int slice = part % slices.count();
    int from = bands.from(band);
    int to = from + bands.lines(band);
    int begin = slices.from(slice) * LANES;
    int stop = Math.min(channels, begin + slices.lines(slice) * LANES);
    for (int c = begin; c < stop; c += LANES) {
      for (int i = from; i < to; i++) {
        if (first < end && isInner(i)) {
          slide(arena, i, Math.min(c, channels - LANES));
        }
      }
    }
    int whole = stop - stop % LANES;
    for (int i = from; i < to; i++) {
      boolean inner = isInner(i);
      for (int j = inner && first == 0 ? end : 0; j < output.width(); ) {
        position(arena, i, j, begin, whole - begin, buffer);
        if (whole < stop) {
          position(arena, i, j, channels - LANES, LANES, buffer);
        }
        j = inner && j + 1 == first ? end : j + 1;
      }
    }
    epilogue.apply(arena, from * output.width(), to * output.width(), buffer, channels);
  }

  private boolean isInside(int row) {
    return row >= 0 && row < input.height();
  }

  /** Where a position of the input is. */
  private int at(int y, int x) {
    return input.position(y * input.width() + x);
  }

  private int top(int i) {
    return i * window.strideHeight() - window.top();
  }

  /** Whether the windows of a row have all their rows inside the map. */
  private boolean isInner(int i) {
    return isInside(top(i)) && isInside(top(i) + 2);
  }

  /** The part of a row where windows are inside the map, of one vector of channels. */
  private void slide(float[] arena, int i, int c) {
    int step = input.pixelStride() * window.strideWidth();
    int column = first * window.strideWidth() - window.left();
    nine(
        arena,
        at(top(i), column) + c,
        input.pixelStride(),
        input.width() * input.pixelStride(),
        step,
        weights,
        c,
        channels,
        epilogue.bias(),
        output.position(i * output.width() + first) + c,
        output.pixelStride(),
        end - first,
        epilogue.low(),
        epilogue.high());
  }

  /** Some channels of a position, with the sums in the buffer between columns of the kernel. */
  private void position(float[] arena, int i, int j, int c, int count, float[] buffer) {
    int left = j * window.strideWidth() - window.left();
    int last = 2;
    int begin = 0;
    if (zeros) {
      begin = Math.max(0, Math.min(2, -left));
      last = Math.max(begin, Math.min(2, input.width() - 1 - left));
    }
    int y = output.position(i * output.width() + j) + c;
    for (int v = begin; v <= last; v++) {
      boolean ends = v == last;
      column(
          arena,
          i,
          left + v,
          v,
          c,
          v == begin ? epilogue.bias() : buffer,
          v == begin ? c : 0,
          ends ? arena : buffer,
          ends ? y : 0,
          count,
          ends ? epilogue.low() : Float.NEGATIVE_INFINITY,
          ends ? epilogue.high() : Float.POSITIVE_INFINITY);
    }
  }

  private void column(
      float[] arena,
      int i,
      int x,
      int v,
      int c,
      float[] start,
      int s,
      float[] y,
      int to,
      int count,
      float low,
      float high) {
    boolean inside = x >= 0 && x < input.width();
    int top = top(i);
    boolean in0 = inside && isInside(top);
    boolean in1 = inside && isInside(top + 1);
    boolean in2 = inside && isInside(top + 2);
    three(
        in0 ? arena : padding,
        in0 ? at(top, x) + c : c,
        in1 ? arena : padding,
        in1 ? at(top + 1, x) + c : c,
        in2 ? arena : padding,
        in2 ? at(top + 2, x) + c : c,
        weights,
        v * channels + c,
        3 * channels,
        start,
        s,
        y,
        to,
        count,
        low,
        high);
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  private static void nine(
      float[] values,
      int x,
      int tap,
      int row,
      int step,
      float[] w,
      int at,
      int next,
      float[] bias,
      int to,
      int stride,
      int count,
      float low,
      float high) {
    FloatVector w0 = load(w, at);
    FloatVector w1 = load(w, at + next);
    FloatVector w2 = load(w, at + 2 * next);
    FloatVector w3 = load(w, at + 3 * next);
    FloatVector w4 = load(w, at + 4 * next);
    FloatVector w5 = load(w, at + 5 * next);
    FloatVector w6 = load(w, at + 6 * next);
    FloatVector w7 = load(w, at + 7 * next);
    FloatVector w8 = load(w, at + 8 * next);
    FloatVector start = load(bias, at);
    for (int j = 0; j < count; j++) {
      int i0 = x + j * step;
      int i1 = i0 + tap;
      int i2 = i1 + tap;
      FloatVector sum = load(values, i0).fma(w0, start);
      sum = load(values, i1).fma(w1, sum);
      sum = load(values, i2).fma(w2, sum);
      sum = load(values, i0 + row).fma(w3, sum);
      sum = load(values, i1 + row).fma(w4, sum);
      sum = load(values, i2 + row).fma(w5, sum);
      sum = load(values, i0 + 2 * row).fma(w6, sum);
      sum = load(values, i1 + 2 * row).fma(w7, sum);
      sum = load(values, i2 + 2 * row).fma(w8, sum);
      VectorMath.clip(sum, low, high).intoArray(values, to + j * stride);
    }
  }

  /**
   * A row of outputs of one vector of channels, whose taps lie behind each other.
   *
   * @param x the first tap's vector
   * @param row floats from a row of taps to the next
   * @param at where the first tap's weights are; the next tap's are {@code next} behind
   */
  static void slide(
      float[] values,
      int x,
      int row,
      int stride,
      float[] w,
      int at,
      int next,
      float[] bias,
      int to,
      int count,
      float low,
      float high) {
    if (stride == 1) {
      slideByOne(values, x, row, w, at, next, bias, to, count, low, high);
    } else {
      nine(values, x, LANES, row, stride * LANES, w, at, next, bias, to, LANES, count, low, high);
    }
  }

  /** {@link #nine} at constant distances, which save most checks of bounds. */
  private static void slideByOne(
      float[] values,
      int x,
      int row,
      float[] w,
      int at,
      int next,
      float[] bias,
      int to,
      int count,
      float low,
      float high) {
    FloatVector w0 = load(w, at);
    FloatVector w1 = load(w, at + next);
    FloatVector w2 = load(w, at + 2 * next);
    FloatVector w3 = load(w, at + 3 * next);
    FloatVector w4 = load(w, at + 4 * next);
    FloatVector w5 = load(w, at + 5 * next);
    FloatVector w6 = load(w, at + 6 * next);
    FloatVector w7 = load(w, at + 7 * next);
    FloatVector w8 = load(w, at + 8 * next);
    FloatVector start = load(bias, at);
    int x1 = x + row;
    int x2 = x1 + row;
    for (int j = 0; j < count; j++) {
      int i = j * LANES;
      FloatVector sum = load(values, x + i).fma(w0, start);
      sum = load(values, x + i + LANES).fma(w1, sum);
      sum = load(values, x + i + 2 * LANES).fma(w2, sum);
      sum = load(values, x1 + i).fma(w3, sum);
      sum = load(values, x1 + i + LANES).fma(w4, sum);
      sum = load(values, x1 + i + 2 * LANES).fma(w5, sum);
      sum = load(values, x2 + i).fma(w6, sum);
      sum = load(values, x2 + i + LANES).fma(w7, sum);
      sum = load(values, x2 + i + 2 * LANES).fma(w8, sum);
      VectorMath.clip(sum, low, high).intoArray(values, to + j * LANES);
    }
  }

  private static void three(
      float[] x0,
      int a0,
      float[] x1,
      int a1,
      float[] x2,
      int a2,
      float[] w,
      int at,
      int row,
      float[] start,
      int s,
      float[] y,
      int to,
      int count,
      float low,
      float high) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector sum = load(x0, a0 + i).fma(load(w, at + i), load(start, s + i));
      sum = load(x1, a1 + i).fma(load(w, at + row + i), sum);
      sum = load(x2, a2 + i).fma(load(w, at + 2 * row + i), sum);
      VectorMath.clip(sum, low, high).intoArray(y, to + i);
    }
  }
}
