package dev.sinter.vector;

import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A convolution of each channel by itself. The rows of the map that a part reads are copied with
 * their padding, so that every window is whole; for each vector of channels a row of the kernel
 * slides along a row of the map, with up to three of its weights in registers.
 *
 * <p>A part is a band of output rows.
 */
final class DepthwiseConvolution implements Kernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PART_PRODUCTS = 500_000; // some 20 µs

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final Epilogue epilogue;
  private final int channels;
  private final int stride; // floats of a position in the buffers: whole vectors
  private final float[] weights; // [tap][stride]
  private final float[] bias; // [stride]
  private final float[] padding; // [stride]
  private final int paddedWidth;
  private final int bandRows;
  private final int copiedRows;

  static Kernel of(Convolution convolution) {
    return DepthwiseThree.does(convolution)
        ? DepthwiseThree.of(convolution)
        : new DepthwiseConvolution(convolution);
  }

  private DepthwiseConvolution(Convolution convolution) {
    input = convolution.input();
    output = convolution.output();
    window = convolution.window();
    epilogue = Epilogue.of(convolution);
    channels = output.channels();
    stride = Window.ceil(channels, LANES) * LANES;
    bias = Arrays.copyOf(epilogue.bias(), stride);
    padding = Arrays.copyOf(convolution.padValues(), stride);
    int taps = window.kernelHeight() * window.kernelWidth();
    weights = new float[taps * stride];
    for (int c = 0; c < channels; c++) {
      for (int tap = 0; tap < taps; tap++) {
        weights[tap * stride + c] = convolution.weights()[c * taps + tap];
      }
    }
    int reach = (window.kernelWidth() - 1) * window.dilationWidth() + 1;
    paddedWidth = (output.width() - 1) * window.strideWidth() + reach;
    int products = output.width() * channels * taps;
    bandRows = Math.min(output.height(), Math.max(1, PART_PRODUCTS / products));
    copiedRows =
        (bandRows - 1) * window.strideHeight()
            + (window.kernelHeight() - 1) * window.dilationHeight()
            + 1;
  }

  @Override
  public int parts() {
    return Window.ceil(output.height(), bandRows);
  }

  @Override
  public ScratchSize scratch() {
    int sums = output.width() * stride;
    return ScratchSize.floats(copiedRows * paddedWidth * stride + sums + Epilogue.SCRATCH);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    int from = part * bandRows;
    int to = Math.min(from + bandRows, output.height());
    int top = from * window.strideHeight() - window.top();
    int rows =
        (to - from - 1) * window.strideHeight()
            + (window.kernelHeight() - 1) * window.dilationHeight()
            + 1;
    for (int row = 0; row < rows; row++) {
      copy(arena, top + row, buffer, row * paddedWidth * stride);
    }
    int sums = copiedRows * paddedWidth * stride;
    for (int i = from; i < to; i++) {
      int first = (i - from) * window.strideHeight() * paddedWidth * stride;
      for (int c = 0; c < stride; c += LANES) {
        start(buffer, sums + c, stride, output.width(), bias, c);
        for (int u = 0; u < window.kernelHeight(); u++) {
          slide(
              buffer,
              first + u * window.dilationHeight() * paddedWidth * stride + c,
              sums + c,
              u,
              c);
        }
      }
      int position = i * output.width();
      epilogue.store(buffer, sums, stride, arena, position, output.width(), 0, channels);
      epilogue.apply(
          arena, position, position + output.width(), buffer, sums + output.width() * stride);
    }
  }

  /** Copies a row of the map with its padding; what lies beyond the map is all padding. */
  private void copy(float[] arena, int y, float[] buffer, int at) {
    boolean inside = y >= 0 && y < input.height();
    for (int k = 0; k < paddedWidth; k++) {
      int x = k - window.left();
      int to = at + k * stride;
      if (inside && x >= 0 && x < input.width()) {
        System.arraycopy(arena, input.position(y * input.width() + x), buffer, to, channels);
      } else {
        System.arraycopy(padding, 0, buffer, to, stride);
      }
    }
  }

  /** Adds a row of the kernel, at most three taps at a time. */
  private void slide(float[] buffer, int x, int sums, int u, int c) {
    int tap = window.dilationWidth() * stride;
    int step = window.strideWidth() * stride;
    int width = window.kernelWidth();
    int w = u * width * stride + c;
    int v = 0;
    for (; v + 2 < width; v += 3) {
      three(buffer, x + v * tap, tap, step, sums, stride, output.width(), weights, w, stride);
      w += 3 * stride;
    }
    for (; v < width; v++) {
      one(buffer, x + v * tap, step, sums, stride, output.width(), weights, w);
      w += stride;
    }
  }

  private static void start(float[] buffer, int sums, int stride, int count, float[] bias, int c) {
    FloatVector value = FloatVector.fromArray(SPECIES, bias, c);
    for (int j = 0; j < count; j++) {
      value.intoArray(buffer, sums + j * stride);
    }
  }

  private static void one(
      float[] buffer, int x, int step, int sums, int stride, int count, float[] weights, int w) {
    FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
    for (int j = 0; j < count; j++) {
      int s = sums + j * stride;
      FloatVector.fromArray(SPECIES, buffer, x + j * step)
          .fma(w0, FloatVector.fromArray(SPECIES, buffer, s))
          .intoArray(buffer, s);
    }
  }

  private static void three(
      float[] buffer,
      int x,
      int tap,
      int step,
      int sums,
      int stride,
      int count,
      float[] weights,
      int w,
      int row) {
    FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
    FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + row);
    FloatVector w2 = FloatVector.fromArray(SPECIES, weights, w + 2 * row);
    for (int j = 0; j < count; j++) {
      int s = sums + j * stride;
      int at = x + j * step;
      FloatVector sum = FloatVector.fromArray(SPECIES, buffer, s);
      sum = FloatVector.fromArray(SPECIES, buffer, at).fma(w0, sum);
      sum = FloatVector.fromArray(SPECIES, buffer, at + tap).fma(w1, sum);
      sum = FloatVector.fromArray(SPECIES, buffer, at + 2 * tap).fma(w2, sum);
      sum.intoArray(buffer, s);
    }
  }
}
