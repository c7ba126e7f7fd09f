package dev.sinter.kernel;

import java.util.function.Function;

/**
 * A backend that makes every kernel in one way, of other backends' kernels. A subclass overrides
 * what it has kernels of its own for.
 */
public abstract class ForwardingBackend implements Backend {
  protected ForwardingBackend() {}

  /** The kernel for one step. {@code recipe} makes it with the backend that it is given. */
  protected abstract Kernel forward(Function<Backend, Kernel> recipe);

  @Override
  public Kernel convolution(Convolution convolution) {
    return forward(backend -> backend.convolution(convolution));
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
    return forward(
        backend ->
            backend.transposedConvolution(
                input, output, window, groups, weights, bias, activation));
  }

  @Override
  public Kernel linear(
      Slot input, Slot output, float[] weights, float[] bias, ActivationFunction activation) {
    return forward(backend -> backend.linear(input, output, weights, bias, activation));
  }

  @Override
  public Kernel affine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation) {
    return forward(backend -> backend.affine(input, output, scale, shift, activation));
  }

  @Override
  public Kernel activation(Slot input, Slot output, ActivationFunction activation) {
    return forward(backend -> backend.activation(input, output, activation));
  }

  @Override
  public Kernel maxPool(Slot input, Slot output, Window window) {
    return forward(backend -> backend.maxPool(input, output, window));
  }

  @Override
  public Kernel averagePool(Slot input, Slot output, Window window, boolean countPadding) {
    return forward(backend -> backend.averagePool(input, output, window, countPadding));
  }

  @Override
  public Kernel add(Slot[] inputs, Slot output, ActivationFunction activation) {
    return forward(backend -> backend.add(inputs, output, activation));
  }

  @Override
  public Kernel multiply(Slot[] inputs, Slot output, ActivationFunction activation) {
    return forward(backend -> backend.multiply(inputs, output, activation));
  }

  @Override
  public Kernel concat(Slot[] inputs, Slot output) {
    return forward(backend -> backend.concat(inputs, output));
  }

  @Override
  public Kernel slice(Slot input, Slot output, int axis, int start, int step) {
    return forward(backend -> backend.slice(input, output, axis, start, step));
  }

  @Override
  public Kernel reshape(Slot input, Slot output) {
    return forward(backend -> backend.reshape(input, output));
  }

  @Override
  public Kernel channelShuffle(Slot input, Slot output, int groups) {
    return forward(backend -> backend.channelShuffle(input, output, groups));
  }

  @Override
  public Kernel pad(Slot input, Slot output, int before, int top, int left, float value) {
    return forward(backend -> backend.pad(input, output, before, top, left, value));
  }

  @Override
  public Kernel upsampleNearest(Slot input, Slot output) {
    return forward(backend -> backend.upsampleNearest(input, output));
  }

  @Override
  public Kernel upsampleBilinear(Slot input, Slot output, boolean alignCorners) {
    return forward(backend -> backend.upsampleBilinear(input, output, alignCorners));
  }

  @Override
  public Kernel softmax(Slot input, Slot output) {
    return forward(backend -> backend.softmax(input, output));
  }

  @Override
  public Kernel constant(Slot output, float[] values) {
    return forward(backend -> backend.constant(output, values));
  }

  @Override
  public Kernel function(Slot input, Slot output, PointFunction function, float parameter) {
    return forward(backend -> backend.function(input, output, function, parameter));
  }

  @Override
  public Kernel binary(
      Slot[] inputs, Slot output, Operation operation, ActivationFunction activation) {
    return forward(backend -> backend.binary(inputs, output, operation, activation));
  }

  @Override
  public Kernel reduce(Slot input, Slot output, Reduction reduction) {
    return forward(backend -> backend.reduce(input, output, reduction));
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
    return forward(
        backend ->
            backend.normalization(
                input, output, groups, overMap, epsilon, scale, shift, activation));
  }

  @Override
  public Kernel rearrange(
      Slot input, Slot output, float[] channels, float[] rows, float[] columns) {
    return forward(backend -> backend.rearrange(input, output, channels, rows, columns));
  }

  @Override
  public Kernel resample(Slot input, Slot output, float[] rows, float[] columns) {
    return forward(backend -> backend.resample(input, output, rows, columns));
  }
}
