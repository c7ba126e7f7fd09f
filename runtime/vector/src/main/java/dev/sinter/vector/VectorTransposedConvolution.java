package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Transposed convolution of one group, a kernel row at a time: some rows of the input times that
 * row's weights, a convolution of 1 × 1 to as many channels as there are taps and output channels;
 * then each product is added where it falls. A part is a band of output rows.
 */
final class VectorTransposedConvolution implements Kernel {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  private static final int PART_PRODUCTS = 2_000_000; // some 20 µs
  private static final int MAX_PRODUCTS = 1 << 16; // floats that stay in the second cache

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final Epilogue epilogue;
  private final Kernel[] products; // of each kernel row
  private final ScratchSize shared; // by these
  private final int inputRows; // at a time
  private final int stride; // floats of a position's sums
  private final float[] bias; // [stride]

  VectorTransposedConvolution(
      Slot input,
      Slot output,
      Window window,
      float[] weights,
      float[] bias,
      ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.window = window;
    epilogue = Epilogue.of(output, bias, activation);
    stride = Window.ceil(output.channels(), LANES) * LANES;
    this.bias = Arrays.copyOf(bias, stride);
    inputRows = inputRows();
    products = new Kernel[window.kernelHeight()];
    ScratchSize size = ScratchSize.NONE;
    for (int u = 0; u < products.length; u++) {
      products[u] = products(weights, u);
      size = size.max(products[u].scratch());
    }
    shared = size;
  }

  private int inputRows() {
    int row = input.width() * window.kernelWidth() * output.channels(); // products
    long work = (long) row * input.channels() * window.kernelHeight();
    long rows = Math.max(PART_PRODUCTS / work, Window.ceil(2 * Gemm.PANEL, input.width()));
    int most = Math.min(MAX_PRODUCTS / row, Window.ceil(output.height(), window.strideHeight()));
    return (int) Math.max(1, Math.min(rows, most));
  }

  private Kernel products(float[] weights, int u) {
    int columns = window.kernelWidth();
    int outputs = output.channels();
    int area = window.kernelHeight() * columns;
    float[] row = new float[columns * outputs * input.channels()]; // [v][O][C]
    for (int i = 0; i < row.length; i++) {
      int c = i % input.channels();
      int o = i / input.channels() % outputs;
      int v = i / input.channels() / outputs;
      row[i] = weights[(c * outputs + o) * area + u * columns + v];
    }
    Slot from = Slot.of(0, input.channels(), inputRows, input.width());
    Slot to = Slot.of(from.size(), columns * outputs, inputRows, input.width());
    return VectorConvolution.of(new Convolution(from, to, Window.of(1, 1), 1, row));
  }

  private int bandRows() {
    return inputRows * window.strideHeight();
  }

  @Override
  public int parts() {
    return Window.ceil(output.height(), bandRows());
  }

  /** Beside what the products need, a row for them and one for the sums. */
  @Override
  public ScratchSize scratch() {
    int positions = inputRows * input.width();
    int channels = input.channels() + window.kernelWidth() * output.channels();
    int sums = bandRows() * output.width() * stride + Epilogue.SCRATCH;
    int longest = Math.max(shared.rowLength(), Math.max(positions * channels + LANES, sums));
    return ScratchSize.floats(shared.floats()).rows(shared.rows() + 2, longest);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] values = scratch.rows()[shared.rows()];
    float[] sums = scratch.rows()[shared.rows() + 1];
    int begin = part * bandRows();
    int end = Math.min(begin + bandRows(), output.height());
    int positions = (end - begin) * output.width();
    for (int c = 0; c < stride; c += LANES) {
      PoolLoops.move(sums, c, stride, bias, c, 0, positions);
    }
    for (int u = 0; u < products.length; u++) {
      int down = u * window.dilationHeight() - window.top();
      int from = Window.ceil(begin - down, window.strideHeight());
      int to = Math.min(input.height(), Window.ceil(end - down, window.strideHeight()));
      if (from < to) {
        copy(arena, from, to, values);
        for (int k = 0; k < products[u].parts(); k++) {
          products[u].run(values, k, scratch);
        }
        for (int h = from; h < to; h++) {
          addRow(values, h - from, sums, h * window.strideHeight() + down - begin);
        }
      }
    }
    int position = begin * output.width();
    epilogue.store(sums, 0, stride, arena, position, positions, 0, output.channels());
    epilogue.apply(arena, position, position + positions, sums, positions * stride);
  }

  private void copy(float[] arena, int from, int to, float[] values) {
    int width = input.width();
    int channels = input.channels();
    int run = input.isDense() ? (to - from) * width : 1;
    for (int p = from * width; p < to * width; p += run) {
      int at = (p - from * width) * channels;
      System.arraycopy(arena, input.position(p), values, at, run * channels);
    }
  }

  /** Adds a row's products to a row of sums. What they run over the channels is not stored. */
  private void addRow(float[] values, int h, float[] sums, int i) {
    int width = input.width();
    int outputs = output.channels();
    int step = window.strideWidth();
    int pitch = window.kernelWidth() * outputs;
    int row = inputRows * width * input.channels() + h * width * pitch;
    for (int v = 0; v < window.kernelWidth(); v++) {
      int right = v * window.dilationWidth() - window.left();
      int from = Window.ceil(-right, step);
      int count = Math.min(width, Window.ceil(output.width() - right, step)) - from;
      int x = row + from * pitch + v * outputs;
      int y = (i * output.width() + from * step + right) * stride;
      for (int c = 0; c < stride; c += LANES) {
        PoolLoops.add(sums, y + c, step * stride, values, x + c, pitch, count);
      }
    }
  }
}
