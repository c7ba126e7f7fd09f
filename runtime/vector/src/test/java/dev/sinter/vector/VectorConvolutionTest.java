package dev.sinter.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Convolutions against the sum in double. With u = 2⁻²⁴ and n = C/groups·kh·kw products, bias and
 * addend, a sum of floats in any order is within (n + 2)·u·S, S the sum of the absolute values
 * (Higham, <i>Accuracy and Stability of Numerical Algorithms</i>, 3.1).
 */
final class VectorConvolutionTest {
  private static final double U = 0x1p-24;
  private static final float UNTOUCHED = 1234.5f;

  private final Random random = new Random(7);

  @Test
  void channelsOfAllRemainders() {
    int[] channels = {1, 3, 4, 6, 8, 13, 16, 17, 25, 33, 64, 100};
    for (int in : channels) {
      for (int out : channels) {
        check(new Case(in, out, 5, 7, Window.of(3, 3).padding(1, 1, 1, 1), 1));
        check(new Case(in, out, 7, 5, Window.of(1, 1), 1));
      }
    }
  }

  @Test
  void mapsKernelsAndStrides() {
    for (int size : new int[] {1, 2, 5, 7, 13, 14, 28, 29}) {
      for (int kernel = 1; kernel <= 7; kernel++) {
        for (int stride = 1; stride <= 3; stride++) {
          int pad = kernel / 2;
          Window window = Window.of(kernel, kernel).stride(stride, stride);
          check(new Case(3, 17, size, size, window.padding(pad, pad, pad, pad), 1));
          check(new Case(16, 8, size, size, window.padding(kernel, 0, 1, kernel + 2), 1));
        }
      }
    }
  }

  @Test
  void oddWindows() {
    check(new Case(6, 20, 13, 9, Window.of(3, 2).dilation(2, 3).padding(2, 3, 2, 3), 1));
    check(new Case(33, 16, 9, 13, Window.of(2, 3).dilation(3, 2).stride(2, 1), 1));
    check(new Case(8, 33, 3, 4, Window.of(3, 3).padding(9, 8, 7, 6).stride(2, 3), 1));
    check(new Case(4, 16, 1, 50, Window.of(1, 5).padding(0, 2, 0, 2), 1));
    check(new Case(16, 16, 6, 5, Window.of(1, 1).padding(1, 2, 3, 4).stride(2, 2), 1));
    check(new Case(40, 24, 14, 14, Window.of(1, 1).stride(2, 3), 1));
  }

  @Test
  void onePlane() {
    Window window = Window.of(3, 3).padding(1, 1, 1, 1);
    for (int out : new int[] {1, 3, 8, 13, 16, 24, 32}) {
      for (Window moved : new Window[] {window, window.stride(2, 1), window.stride(1, 3)}) {
        check(new Case(1, out, 9, 14, moved, 1).activation(ActivationFunction.relu()));
        check(new Case(1, out, 14, 9, moved.dilation(2, 3), 1).addend());
        check(new Case(1, out, 7, 2, moved, 1).slices().activation(ActivationFunction.relu6()));
        check(new Case(1, out, 7, 5, moved, 1).padValues().classes());
      }
      check(new Case(1, out, 301, 203, window, 1).activation(ActivationFunction.relu())); // bands
    }
  }

  @Test
  void fewChannels() {
    Window window = Window.of(3, 3).padding(1, 0, 2, 3);
    for (int in : new int[] {2, 3, 8, 11}) {
      for (int out : new int[] {1, 8, 16, 24}) {
        check(new Case(in, out, 9, 14, window, 1).activation(ActivationFunction.relu()));
        check(new Case(in, out, 13, 7, window.stride(2, 1), 1).addend());
        check(new Case(in, out, 6, 8, window.dilation(3, 1), 1).slices());
        check(new Case(in, out, 5, 1, window, 1).padValues().classes());
      }
    }
  }

  @Test
  void groups() {
    Window window = Window.of(3, 3).padding(1, 1, 1, 1);
    check(new Case(8, 6, 7, 7, window, 2));
    check(new Case(64, 32, 7, 6, window, 2));
    check(new Case(12, 24, 5, 5, window.dilation(2, 2), 4));
    check(new Case(72, 144, 6, 7, Window.of(1, 1), 3));
    check(new Case(6, 12, 9, 9, window.stride(2, 2), 6));
    check(new Case(100, 50, 7, 7, window, 2).padValues());
  }

  @Test
  void depthwise() {
    ActivationFunction relu6 = ActivationFunction.relu6();
    for (int c : new int[] {2, 3, 8, 13, 16, 17, 25, 33, 64, 100}) {
      for (int kernel = 1; kernel <= 7; kernel++) {
        int pad = kernel / 2;
        Window window = Window.of(kernel, kernel).padding(pad, pad, pad, pad);
        check(new Case(c, c, 9, 7, window, c).activation(relu6));
        check(new Case(c, c, 7, 9, window.stride(2, 3), c).padValues().classes());
        check(new Case(c, c, 14, 14, window.dilation(2, 1), c).addend().slices());
      }
      check(new Case(c, c, 1, 50, Window.of(1, 5).padding(0, 2, 0, 2), c).slices());
      check(new Case(c, c, 1, 1, Window.of(3, 3).padding(4, 5, 6, 7), c).padValues());
    }
    check(new Case(96, 96, 113, 57, Window.of(3, 3).padding(1, 1, 1, 1), 96).addend());
    Window three = Window.of(3, 3).padding(1, 1, 1, 1); // parts: rows, or channels of few rows
    check(new Case(100, 100, 29, 23, three, 100).activation(relu6));
    check(new Case(960, 960, 7, 7, three, 960).activation(relu6));
    check(new Case(976, 976, 13, 14, three.stride(2, 2), 976).padValues());
    check(new Case(1001, 1001, 7, 7, three, 1001).slices());
  }

  @Test
  void largeWeightsAndManyParts() {
    check(new Case(256, 129, 7, 7, Window.of(3, 3).padding(1, 1, 1, 1), 1));
    check(new Case(512, 256, 7, 7, Window.of(1, 1), 1).addend());
    check(new Case(64, 64, 56, 30, Window.of(3, 3).padding(1, 1, 1, 1), 1).addend());
    check(new Case(32, 48, 57, 31, Window.of(1, 1), 1));
    check(new Case(3, 64, 61, 61, Window.of(7, 7).stride(2, 2).padding(3, 3, 3, 3), 1));
  }

  @Test
  void padValuesClassesAndActivations() {
    Window window = Window.of(3, 3).padding(1, 2, 3, 0);
    for (int out : new int[] {3, 16, 25, 33}) {
      check(new Case(5, out, 7, 9, window, 1).padValues());
      check(new Case(16, out, 7, 9, window.stride(2, 2), 1).padValues().classes());
      check(new Case(9, out, 7, 9, window, 1).classes().addend());
      ActivationFunction[] functions = {
        ActivationFunction.relu(),
        ActivationFunction.relu6(),
        ActivationFunction.hardSwish(),
        ActivationFunction.leakyRelu(0.1f)
      };
      for (ActivationFunction function : functions) {
        check(new Case(9, out, 7, 9, window, 1).activation(function));
        check(new Case(9, out, 7, 9, window, 1).activation(function).addend().classes());
        check(new Case(32, out, 7, 9, Window.of(1, 1), 1).activation(function).addend());
      }
      float[] slopes = new float[out];
      for (int i = 0; i < out; i++) {
        slopes[i] = i / 64f;
      }
      check(new Case(9, out, 7, 9, window, 1).activation(ActivationFunction.prelu(slopes)));
    }
  }

  @Test
  void slicesLeaveOtherChannelsAlone() {
    Window window = Window.of(3, 3).padding(1, 1, 1, 1);
    for (int out : new int[] {1, 8, 16, 24, 64, 70}) {
      check(new Case(13, out, 7, 9, window, 1).slices());
      check(new Case(32, out, 7, 9, Window.of(1, 1), 1).slices().addend());
      Case sliced = new Case(5, out, 7, 9, window, 1).slices().classes();
      check(sliced.activation(ActivationFunction.hardSwish()));
    }
  }

  @Test
  void nanStaysNan() {
    Case nan = new Case(8, 40, 5, 5, Window.of(1, 1), 1).activation(ActivationFunction.relu6());
    Convolution convolution = nan.convolution();
    float[] arena = nan.arena();
    arena[nan.input.position(7)] = Float.NaN;
    run(convolution, arena);
    for (int o = 0; o < 40; o++) {
      assertTrue(Float.isNaN(arena[nan.output.position(7) + o]));
      assertTrue(arena[nan.output.position(8) + o] >= 0);
    }
  }

  @Test
  void winograd() {
    Window window = Window.of(3, 3).padding(1, 1, 1, 1);
    Convolution.Algorithm[] algorithms = {
      Convolution.Algorithm.WINOGRAD_2, Convolution.Algorithm.WINOGRAD_4
    };
    for (Convolution.Algorithm algorithm : algorithms) {
      for (int size : new int[] {1, 2, 5, 7, 13, 14, 28, 29}) {
        check(new Case(16, 16, size, size, window, 1).algorithm(algorithm));
        check(new Case(13, 25, size, 9, window, 1).algorithm(algorithm).addend().slices());
        check(new Case(64, 70, 9, size, Window.of(3, 3), 1).algorithm(algorithm));
      }
      for (int in : new int[] {1, 3, 8, 17, 33}) {
        Case one = new Case(in, 33, 12, 11, window.padding(0, 2, 4, 1), 1).algorithm(algorithm);
        check(one.activation(ActivationFunction.relu6()));
        Case two = new Case(in, 8, 12, 11, window, 1).algorithm(algorithm).classes();
        check(two.activation(ActivationFunction.hardSwish()));
      }
      check(new Case(64, 64, 56, 56, window, 1).algorithm(algorithm).addend());
    }
  }

  private void check(Case it) {
    if (it.output.height() < 1 || it.output.width() < 1) {
      return; // the window does not fit
    }
    float[] before = it.arena();
    float[] after = before.clone();
    run(it.convolution(), after);
    boolean[] mine = new boolean[after.length];
    double worst = 0;
    for (int p = 0; p < it.output.positions(); p++) {
      for (int o = 0; o < it.output.channels(); o++) {
        int at = it.output.position(p) + o;
        mine[at] = true;
        double[] expected = it.expected(before, o, p / it.output.width(), p % it.output.width());
        double error = Math.abs(after[at] - expected[0]);
        assertTrue(error <= expected[1], () -> it + ": " + error + " above " + expected[1]);
        worst = Math.max(worst, error / expected[1]);
      }
    }
    for (int i = 0; i < after.length; i++) {
      assertTrue(mine[i] || after[i] == before[i], it + " wrote beside its output");
    }
  }

  private static void run(Convolution convolution, float[] arena) {
    Kernel kernel = VectorConvolution.of(convolution);
    Scratch scratch = new Scratch(kernel.scratch());
    Arrays.fill(scratch.buffer(), Float.NaN);
    for (int part = kernel.parts() - 1; part >= 0; part--) {
      kernel.run(arena, part, scratch);
    }
  }

  /** An activation in double, of those tested here. Its Lipschitz constant is at most 1.5. */
  static double function(ActivationFunction activation, double x, int o) {
    switch (activation.kind()) {
      case RELU:
        return Math.max(x, 0);
      case CLIP:
        return Math.min(Math.max(x, activation.a()), activation.b());
      case HARD_SWISH:
        return x * Math.min(Math.max(x + 3, 0), 6) / 6;
      case PRELU:
        return x < 0 ? x * activation.slope(o) : x;
      default:
        assertEquals(ActivationFunction.Kind.IDENTITY, activation.kind());
        return x;
    }
  }

  /** A convolution of random numbers. */
  private final class Case {
    final Window window;
    final int groups;
    Slot input;
    Slot output;
    final float[] weights;
    float[] bias;
    float[] padValues;
    boolean adds;
    ActivationFunction activation = ActivationFunction.identity();
    Convolution.Algorithm algorithm = Convolution.Algorithm.DIRECT;

    Case(int in, int out, int height, int width, Window window, int groups) {
      this.window = window;
      this.groups = groups;
      int rows =
          height
              + window.top()
              + window.bottom()
              - (window.kernelHeight() - 1) * window.dilationHeight()
              - 1;
      int columns =
          width
              + window.left()
              + window.right()
              - (window.kernelWidth() - 1) * window.dilationWidth()
              - 1;
      input = Slot.of(5, in, height, width);
      output =
          Slot.of(
              5 + input.size() + 3,
              out,
              rows < 0 ? 0 : rows / window.strideHeight() + 1,
              columns < 0 ? 0 : columns / window.strideWidth() + 1);
      weights = uniform(out * (in / groups) * window.kernelHeight() * window.kernelWidth());
      bias = uniform(out);
      padValues = new float[in];
    }

    Case padValues() {
      padValues = uniform(padValues.length);
      return this;
    }

    Case classes() {
      bias =
          uniform(
              output.channels()
                  * window.rowClasses(output.height(), input.height()).length
                  * window.columnClasses(output.width(), input.width()).length);
      return this;
    }

    Case addend() {
      adds = true;
      return this;
    }

    Case activation(ActivationFunction function) {
      activation = function;
      return this;
    }

    Case algorithm(Convolution.Algorithm one) {
      algorithm = one;
      return this;
    }

    /** Makes input and output some of the channels of larger values. */
    Case slices() {
      int in = input.channels() + 3;
      int out = output.channels() + 5;
      input = Slot.of(7, in - 3, input.height(), input.width()).pixelStride(in);
      output =
          Slot.of(10 + in * input.positions(), out - 5, output.height(), output.width())
              .pixelStride(out);
      return this;
    }

    Convolution convolution() {
      Convolution it =
          new Convolution(input, output, window, groups, weights)
              .bias(bias)
              .padValues(padValues)
              .activation(activation)
              .algorithm(algorithm);
      return adds ? it.add(output) : it;
    }

    /** Ends with the output's last float. */
    float[] arena() {
      int length = output.position(output.positions() - 1) + output.channels();
      float[] arena = uniform(length);
      if (!adds) {
        Arrays.fill(arena, output.offset(), length, UNTOUCHED);
      }
      return arena;
    }

    /** The result and the largest error it may have. */
    double[] expected(float[] arena, int o, int i, int j) {
      int perGroup = input.channels() / groups;
      int first = o * groups / output.channels() * perGroup;
      double sum = classBias(o, i, j);
      double size = Math.abs(sum);
      int kernelWidth = window.kernelWidth();
      int taps = window.kernelHeight() * kernelWidth;
      for (int tap = 0; tap < taps; tap++) {
        int y =
            i * window.strideHeight() - window.top() + tap / kernelWidth * window.dilationHeight();
        int x =
            j * window.strideWidth() - window.left() + tap % kernelWidth * window.dilationWidth();
        boolean inside = y >= 0 && y < input.height() && x >= 0 && x < input.width();
        for (int c = 0; c < perGroup; c++) {
          double value =
              inside
                  ? arena[input.position(y * input.width() + x) + first + c]
                  : padValues[first + c];
          double product = value * weights[(o * perGroup + c) * taps + tap];
          sum += product;
          size += Math.abs(product);
        }
      }
      if (adds) {
        double addend = arena[output.position(i * output.width() + j) + o];
        sum += addend;
        size += Math.abs(addend);
      }
      double error = (perGroup * taps + 2) * U * size;
      if (algorithm != Convolution.Algorithm.DIRECT) {
        // |x|, |w| ≤ 1, so a term of an output is at most the largest row sum of |Aᵀ|·((|G|·1) ⊙
        // (|Bᵀ|·1)), squared for two dimensions: 8² and 24.9². The terms of the channels are
        // independent with deviations of at most 1/3 of that, and each of their C sums and of 20
        // roundings in the transforms is independent too (Higham, Mary, A New Approach to
        // Probabilistic Rounding Error Analysis): the error is within 6 of its deviations.
        double term = algorithm == Convolution.Algorithm.WINOGRAD_2 ? 64 : 620;
        error = 6 * U * Math.sqrt(perGroup + 20) * term * (Math.sqrt(perGroup) + 2) / 3;
      }
      // The Lipschitz constant of the functions above is at most 1.5; they are rounded three times.
      double result = function(activation, sum, o);
      return new double[] {result, 1.5 * error + 3 * U * (Math.abs(result) + 1)};
    }

    private double classBias(int o, int i, int j) {
      if (bias.length == output.channels()) {
        return bias[o];
      }
      int[] rows = window.rowClasses(output.height(), input.height());
      int[] columns = window.columnClasses(output.width(), input.width());
      int r = classOf(rows, i);
      int s = classOf(columns, j);
      return bias[(o * rows.length + r) * columns.length + s];
    }

    private int classOf(int[] begins, int index) {
      int at = Arrays.binarySearch(begins, index);
      return at >= 0 ? at : -at - 2;
    }

    private float[] uniform(int length) {
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] = random.nextFloat() * 2 - 1;
      }
      return values;
    }

    @Override
    public String toString() {
      return input.channels()
          + "×"
          + input.height()
          + "×"
          + input.width()
          + " to "
          + output.channels()
          + "×"
          + output.height()
          + "×"
          + output.width()
          + ", kernel "
          + window.kernelHeight()
          + "×"
          + window.kernelWidth()
          + ", groups "
          + groups
          + ", "
          + activation.kind()
          + ", "
          + algorithm
          + (adds ? ", addend" : "");
    }
  }
}
