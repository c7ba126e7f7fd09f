package dev.sinter.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.sinter.Session;
import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Program;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A residual block whose last convolution adds what the block was given, as generated classes have
 * it, against the same block with a sum of its own. A sum is one rounding wherever it is made, so
 * where the same kernel computes both the results are equal, bit for bit; and so they are on any
 * number of threads.
 */
final class ResidualTest {
  private static final int CHANNELS = 33; // two vectors and a rest, on any machine
  private static final int SIDE = 37;
  private static final int IMAGES = 2;
  private static final ActivationFunction RELU = ActivationFunction.relu();

  /** How the last convolution is computed, and by what kernel. */
  private enum Last {
    POINTWISE(Window.of(1, 1), 1, Convolution.Algorithm.DIRECT),
    DIRECT(Window.of(3, 3).padding(1, 1, 1, 1), 1, Convolution.Algorithm.DIRECT),
    GROUPS(Window.of(3, 3).padding(1, 1, 1, 1), 3, Convolution.Algorithm.DIRECT),
    DEPTHWISE(Window.of(3, 3).padding(1, 1, 1, 1), CHANNELS, Convolution.Algorithm.DIRECT),
    WINOGRAD_2(Window.of(3, 3).padding(1, 1, 1, 1), 1, Convolution.Algorithm.WINOGRAD_2),
    WINOGRAD_4(Window.of(3, 3).padding(1, 1, 1, 1), 1, Convolution.Algorithm.WINOGRAD_4);

    private final Window window;
    private final int groups;
    private final Convolution.Algorithm algorithm;

    Last(Window window, int groups, Convolution.Algorithm algorithm) {
      this.window = window;
      this.groups = groups;
      this.algorithm = algorithm;
    }
  }

  /**
   * A depthwise kernel that adds may sum up in another order. Each of two sums of n = 11 terms, the
   * taps, the bias and the addend, is off by less than n·2⁻²⁴·Σ|w·x|; |w| and the addend are at
   * most 1, and x, a sum of so many products, at most {@code CHANNELS}.
   */
  private static final float DEPTHWISE_ERROR = 2 * 11 * 0x1p-24f * (9 * CHANNELS + 2);

  private final Random random = new Random(8);

  @ParameterizedTest
  @EnumSource
  void addsAsASumDoes(Last last) {
    float[] first = uniform(CHANNELS * CHANNELS);
    float[] second =
        uniform(
            CHANNELS
                * (CHANNELS / last.groups)
                * last.window.kernelHeight()
                * last.window.kernelWidth());
    float[] bias = uniform(CHANNELS);
    float[] images = uniform(IMAGES * CHANNELS * SIDE * SIDE);
    for (Backend backend : new Backend[] {Backend.scalar(), new VectorBackend()}) {
      float[] expected =
          run(
              backend,
              program -> blockWithSum(program, backend, last, first, second, bias),
              1,
              images);
      for (int threads = 1; threads <= 3; threads++) {
        for (boolean inPlace : new boolean[] {false, true}) {
          float[] found =
              run(
                  backend,
                  program -> block(program, backend, last, inPlace, first, second, bias),
                  threads,
                  images);
          String how = backend.name() + ", " + threads + " threads" + (inPlace ? ", in place" : "");
          if (last == Last.DEPTHWISE) {
            assertArrayEquals(expected, found, DEPTHWISE_ERROR, how);
          } else {
            assertArrayEquals(expected, found, how);
          }
        }
      }
    }
  }

  private interface Block {
    /** Adds the steps: where the result stands. */
    Slot addTo(Program program);
  }

  private static float[] run(Backend backend, Block block, int threads, float[] images) {
    Program program = new Program("block", backend).arena(4 * value(0).size());
    Slot result = block.addTo(program.input("x", value(0), CHANNELS, SIDE, SIDE));
    program.output("y", result, CHANNELS, SIDE, SIDE);
    float[] found = new float[images.length];
    try (Session session = program.model().newSession(threads)) {
      session.run(images, found);
      session.run(images, found); // the steps are measured now, and shared
    }
    return found;
  }

  private static Slot blockWithSum(
      Program program, Backend backend, Last last, float[] first, float[] second, float[] bias) {
    program
        .step(backend.convolution(first(first)))
        .step(backend.convolution(last(last, value(2), second, bias)))
        .step(backend.add(new Slot[] {value(2), value(0)}, value(3), RELU));
    return value(3);
  }

  private static Slot block(
      Program program,
      Backend backend,
      Last last,
      boolean inPlace,
      float[] first,
      float[] second,
      float[] bias) {
    Slot result = value(inPlace ? 0 : 2);
    Convolution convolution = last(last, result, second, bias).add(value(0)).activation(RELU);
    program.step(backend.convolution(first(first))).step(backend.convolution(convolution));
    return result;
  }

  private static Convolution first(float[] weights) {
    return new Convolution(value(0), value(1), Window.of(1, 1), 1, weights).activation(RELU);
  }

  private static Convolution last(Last last, Slot output, float[] weights, float[] bias) {
    return new Convolution(value(1), output, last.window, last.groups, weights)
        .bias(bias)
        .algorithm(last.algorithm);
  }

  private static Slot value(int index) {
    return Slot.of(index * CHANNELS * SIDE * SIDE, CHANNELS, SIDE, SIDE);
  }

  private float[] uniform(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
