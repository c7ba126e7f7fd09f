package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Operation;
import dev.sinter.kernel.PointFunction;
import dev.sinter.kernel.Reduction;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions on vectors. What moves values or is a small part of a network's time is left to the
 * scalar kernels.
 */
final class VectorBackend implements Backend {
  private static final int FEWEST_LANES = 4;

  private final Backend scalar = Backend.scalar();

  /** Why vectors do not pay on this machine, or null. */
  static @Nullable String obstacle() {
    int lanes = FloatVector.SPECIES_PREFERRED.length();
    return lanes >= FEWEST_LANES
        ? null
        : "The JVM's vectors have " + lanes + " floats; " + FEWEST_LANES + " are needed.";
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public void warmUp() {
    WarmLoops.run();
  }

  @Override
  public Kernel convolution(Convolution convolution) {
    return VectorConvolution.of(convolution);
  }

  @Override
  public Kernel transposedConvolution(
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] weights,
      float[] bias,
      ActivationFunction activation) {
    return scalar.transposedConvolution(input, output, window, groups, weights, bias, activation);
  }

  /** Of a vector, it is a convolution of one position. */
  @Override
  public Kernel linear(
      Slot input, Slot output, float[] weights, float[] bias, ActivationFunction activation) {
    return input.positions() > 1
        ? scalar.linear(input, output, weights, bias, activation)
        : VectorConvolution.of(
            new Convolution(input, output, Window.of(1, 1), 1, weights)
                .bias(bias)
                .activation(activation));
  }

  @Override
  public Kernel affine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation) {
    return scalar.affine(input, output, scale, shift, activation);
  }

  @Override
  public Kernel activation(Slot input, Slot output, ActivationFunction activation) {
    return scalar.activation(input, output, activation);
  }

  @Override
  public Kernel maxPool(Slot input, Slot output, Window window) {
    return scalar.maxPool(input, output, window);
  }

  @Override
  public Kernel averagePool(Slot input, Slot output, Window window, boolean countPadding) {
    return scalar.averagePool(input, output, window, countPadding);
  }

  @Override
  public Kernel add(Slot[] inputs, Slot output, ActivationFunction activation) {
    return scalar.add(inputs, output, activation);
  }

  @Override
  public Kernel multiply(Slot[] inputs, Slot output, ActivationFunction activation) {
    return scalar.multiply(inputs, output, activation);
  }

  @Override
  public Kernel concat(Slot[] inputs, Slot output) {
    return scalar.concat(inputs, output);
  }

  @Override
  public Kernel slice(Slot input, Slot output, int axis, int start, int step) {
    return scalar.slice(input, output, axis, start, step);
  }

  @Override
  public Kernel reshape(Slot input, Slot output) {
    return scalar.reshape(input, output);
  }

  @Override
  public Kernel channelShuffle(Slot input, Slot output, int groups) {
    return scalar.channelShuffle(input, output, groups);
  }

  @Override
  public Kernel pad(Slot input, Slot output, int before, int top, int left, float value) {
    return scalar.pad(input, output, before, top, left, value);
  }

  @Override
  public Kernel upsampleNearest(Slot input, Slot output) {
    return scalar.upsampleNearest(input, output);
  }

  @Override
  public Kernel upsampleBilinear(Slot input, Slot output, boolean alignCorners) {
    return scalar.upsampleBilinear(input, output, alignCorners);
  }

  @Override
  public Kernel softmax(Slot input, Slot output) {
    return scalar.softmax(input, output);
  }

  @Override
  public Kernel constant(Slot output, float[] values) {
    return scalar.constant(output, values);
  }

  @Override
  public Kernel function(Slot input, Slot output, PointFunction function, float parameter) {
    return scalar.function(input, output, function, parameter);
  }

  @Override
  public Kernel binary(
      Slot[] inputs, Slot output, Operation operation, ActivationFunction activation) {
    return scalar.binary(inputs, output, operation, activation);
  }

  @Override
  public Kernel reduce(Slot input, Slot output, Reduction reduction) {
    return scalar.reduce(input, output, reduction);
  }

  @Override
  public Kernel normalization(
      Slot input,
      Slot output,
      int groups,
      boolean overMap,
      float epsilon,
      float[] scale,
      float[] shift,
      ActivationFunction activation) {
    return scalar.normalization(input, output, groups, overMap, epsilon, scale, shift, activation);
  }

  @Override
  public Kernel rearrange(
      Slot input, Slot output, float[] channels, float[] rows, float[] columns) {
    return scalar.rearrange(input, output, channels, rows, columns);
  }

  @Override
  public Kernel resample(Slot input, Slot output, float[] rows, float[] columns) {
    return scalar.resample(input, output, rows, columns);
  }
}
