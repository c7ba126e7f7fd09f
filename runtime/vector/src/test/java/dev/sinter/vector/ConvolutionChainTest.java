package dev.sinter.vector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Chains against the sums in double, one layer after the other. A layer of n products, bias and
 * addend adds to its result's error (n + 2)·u·S, with u = 2⁻²⁴ and S the sum of the absolute values
 * of what was really added (Higham, <i>Accuracy and Stability of Numerical Algorithms</i>, 3.1);
 * what its input was off by is at most Σ|w|·e of its result. The functions' Lipschitz constants are
 * at most 1.5, and three roundings theirs.
 */
final class ConvolutionChainTest {
  private static final double U = 0x1p-24;
  private static final Window ONE = Window.of(1, 1);
  private static final Window SAME = Window.of(3, 3).padding(1, 1, 1, 1);

  private final Random random = new Random(3);

  @Test
  void allThree() {
    for (int[] channels : new int[][] {{3, 16, 1}, {13, 33, 17}, {16, 96, 24}, {24, 72, 40}}) {
      for (Window window : new Window[] {SAME, SAME.stride(2, 2), SAME.stride(2, 1)}) {
        for (int[] size : new int[][] {{18, 14}, {17, 9}, {29, 2}, {61, 23}}) {
          Chain chain = new Chain(channels[0], size[0], size[1]);
          chain.block(channels[1], window, channels[2]).check();
        }
      }
    }
  }

  @Test
  void withAddend() {
    Chain chain = new Chain(24, 15, 13);
    chain.convolution(48, ONE, 1, ActivationFunction.hardSwish());
    chain.convolution(48, SAME, 48, ActivationFunction.hardSwish());
    chain.convolution(24, ONE, 1, ActivationFunction.relu()).add(chain.slots.get(0));
    chain.check();
  }

  @Test
  void withoutTheFirst() {
    for (int channels : new int[] {16, 25, 33, 64}) {
      Chain chain = new Chain(channels, 16, 11);
      chain.convolution(channels, SAME, channels, ActivationFunction.relu());
      chain.convolution(20, ONE, 1, ActivationFunction.relu6());
      chain.check();
    }
  }

  @Test
  void inputAtTheEndOfTheArena() {
    for (boolean expands : new boolean[] {true, false}) {
      Chain chain = new Chain(17, 9, 8);
      chain.moveInput(60_000);
      if (expands) {
        chain.convolution(33, ONE, 1, ActivationFunction.relu6());
      }
      int channels = expands ? 33 : 17;
      chain.convolution(channels, SAME, channels, ActivationFunction.relu6());
      chain.convolution(3, ONE, 1, ActivationFunction.relu6());
      chain.check();
    }
  }

  @Test
  void withoutTheLast() {
    for (int channels : new int[] {16, 48, 80}) {
      Chain chain = new Chain(10, 19, 21);
      chain.convolution(channels, ONE, 1, ActivationFunction.relu());
      chain.convolution(channels, SAME.stride(2, 2), channels, ActivationFunction.hardSwish());
      chain.check();
    }
  }

  @Test
  void oddPadding() {
    for (Window window :
        new Window[] {
          Window.of(3, 3), SAME.padding(4, 5, 6, 7), SAME.padding(0, 2, 3, 0).stride(2, 2)
        }) {
      Chain chain = new Chain(9, 21, 18);
      chain.block(32, window, 24).check();
    }
  }

  @Test
  void largeMaps() {
    new Chain(16, 112, 112).block(64, SAME.stride(2, 2), 24).check();
  }

  @Test
  void othersAreLeftAlone() {
    Chain small = new Chain(16, 7, 7);
    small.convolution(64, ONE, 1, ActivationFunction.relu6());
    small.convolution(64, SAME, 64, ActivationFunction.relu6());
    assertNull(small.kernel());
    Chain padded = new Chain(16, 14, 14);
    padded.convolution(64, ONE, 1, ActivationFunction.relu6());
    padded.convolution(64, SAME, 64, ActivationFunction.relu6()).padValues(uniform(64));
    assertNull(padded.kernel());
    Chain large = new Chain(16, 14, 14);
    large.convolution(64, ONE, 1, ActivationFunction.relu6());
    large.convolution(64, Window.of(5, 5).padding(2, 2, 2, 2), 64, ActivationFunction.relu6());
    assertNull(large.kernel());
    Chain slopes = new Chain(16, 14, 14);
    slopes.convolution(64, ONE, 1, ActivationFunction.prelu(uniform(64)));
    slopes.convolution(64, SAME, 64, ActivationFunction.relu6());
    assertNull(slopes.kernel());
  }

  @Test
  void nanStaysNan() {
    Chain chain = new Chain(16, 14, 14);
    chain.convolution(32, ONE, 1, ActivationFunction.relu6());
    chain.convolution(32, SAME, 32, ActivationFunction.relu6());
    chain.convolution(16, ONE, 1, ActivationFunction.relu6());
    float[] arena = chain.arena();
    arena[chain.slots.get(0).position(5 * 14 + 6) + 2] = Float.NaN;
    chain.run(arena);
    for (int p = 0; p < 14 * 14; p++) {
      boolean near = Math.abs(p / 14 - 5) <= 1 && Math.abs(p % 14 - 6) <= 1;
      float y = arena[chain.slots.get(3).position(p)];
      assertTrue(near == Float.isNaN(y), "position " + p + ": " + y);
    }
  }

  private float[] uniform(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  /** Convolutions of random numbers, each of what the one before gives. */
  private final class Chain {
    final List<Slot> slots = new ArrayList<>();
    final List<Convolution> convolutions = new ArrayList<>();
    private int end;
    private int last; // where the input ends, if it is behind all others

    Chain(int channels, int height, int width) {
      slot(channels, height, width, channels + 3);
    }

    /** Puts the input behind all others. */
    void moveInput(int offset) {
      Slot old = slots.get(0);
      Slot slot = Slot.of(offset, old.channels(), old.height(), old.width());
      slots.set(0, slot);
      last = slot.position(slot.positions());
    }

    private Slot slot(int channels, int height, int width, int stride) {
      Slot slot = Slot.of(end + 3, channels, height, width).pixelStride(stride);
      end = slot.position(slot.positions() - 1) + channels;
      slots.add(slot);
      return slot;
    }

    Convolution convolution(int channels, Window window, int groups, ActivationFunction function) {
      Slot input = slots.get(slots.size() - 1);
      int height = input.height() + window.top() + window.bottom() - window.kernelHeight();
      int width = input.width() + window.left() + window.right() - window.kernelWidth();
      Slot output =
          slot(
              channels,
              height / window.strideHeight() + 1,
              width / window.strideWidth() + 1,
              channels + (convolutions.size() == 2 ? 5 : 0));
      int taps = window.kernelHeight() * window.kernelWidth();
      float[] weights = uniform(channels * (input.channels() / groups) * taps);
      Convolution convolution =
          new Convolution(input, output, window, groups, weights)
              .bias(uniform(channels))
              .activation(function);
      convolutions.add(convolution);
      return convolution;
    }

    /** All three, as MobileNetV2 has them. */
    Chain block(int within, Window window, int out) {
      convolution(within, ONE, 1, ActivationFunction.relu6());
      convolution(within, window, within, ActivationFunction.relu6());
      convolution(out, ONE, 1, ActivationFunction.identity());
      return this;
    }

    Kernel kernel() {
      return ConvolutionChain.of(
          convolutions.stream().map(VectorConvolution::of).toArray(Kernel[]::new));
    }

    /** NaN but for the input, and ends with the output's last float. */
    float[] arena() {
      float[] arena = new float[Math.max(end, last)];
      Arrays.fill(arena, Float.NaN);
      Slot input = slots.get(0);
      for (int p = 0; p < input.positions(); p++) {
        float[] values = uniform(input.channels());
        System.arraycopy(values, 0, arena, input.position(p), values.length);
      }
      return arena;
    }

    void run(float[] arena) {
      Kernel kernel = kernel();
      assertNotNull(kernel);
      Scratch scratch = new Scratch(kernel.scratch());
      Arrays.fill(scratch.buffer(), Float.NaN);
      for (int part = kernel.parts() - 1; part >= 0; part--) {
        kernel.run(arena, part, scratch);
      }
    }

    void check() {
      float[] arena = arena();
      float[] before = arena.clone();
      double[][] values = new double[slots.size()][];
      double[][] errors = new double[slots.size()][];
      Slot first = slots.get(0);
      values[0] = new double[first.size()];
      errors[0] = new double[first.size()];
      for (int i = 0; i < first.size(); i++) {
        values[0][i] = before[first.position(i / first.channels()) + i % first.channels()];
      }
      for (int k = 0; k < convolutions.size(); k++) {
        values[k + 1] = new double[slots.get(k + 1).size()];
        errors[k + 1] = new double[slots.get(k + 1).size()];
        expect(convolutions.get(k), values, errors, k);
      }
      run(arena);
      int last = convolutions.size();
      Slot output = slots.get(last);
      boolean[] mine = new boolean[arena.length];
      for (int i = 0; i < output.size(); i++) {
        int at = output.position(i / output.channels()) + i % output.channels();
        mine[at] = true;
        double error = Math.abs(arena[at] - values[last][i]);
        assertTrue(
            error <= errors[last][i], output + " " + i + ": " + error + " > " + errors[last][i]);
      }
      for (int i = 0; i < arena.length; i++) {
        assertFalse(
            !mine[i] && Float.floatToRawIntBits(arena[i]) != Float.floatToRawIntBits(before[i]),
            "wrote beside the output");
      }
    }

    private void expect(Convolution it, double[][] values, double[][] errors, int k) {
      Window window = it.window();
      int perGroup = it.input().channels() / it.groups();
      int channels = it.output().channels();
      int taps = window.kernelHeight() * window.kernelWidth();
      for (int i = 0; i < it.output().size(); i++) {
        int p = i / channels;
        int o = i % channels;
        double sum = it.bias()[o];
        double size = Math.abs(sum);
        double error = 0;
        for (int tap = 0; tap < taps; tap++) {
          int y = p / it.output().width() * window.strideHeight() - window.top();
          int x = p % it.output().width() * window.strideWidth() - window.left();
          y += tap / window.kernelWidth();
          x += tap % window.kernelWidth();
          if (y < 0 || y >= it.input().height() || x < 0 || x >= it.input().width()) {
            continue;
          }
          for (int c = 0; c < perGroup; c++) {
            int at = (y * it.input().width() + x) * it.input().channels();
            at += o * it.groups() / channels * perGroup + c;
            double w = it.weights()[(o * perGroup + c) * taps + tap];
            sum += w * values[k][at];
            size += Math.abs(w) * (Math.abs(values[k][at]) + errors[k][at]);
            error += Math.abs(w) * errors[k][at];
          }
        }
        if (it.addend() != null) {
          sum += values[0][i];
          size += Math.abs(values[0][i]);
        }
        error += (perGroup * taps + 2) * U * size;
        double result = VectorConvolutionTest.function(it.activation(), sum, o);
        values[k + 1][i] = result;
        errors[k + 1][i] = 1.5 * error + 3 * U * (Math.abs(result) + 1);
      }
    }
  }
}
