package dev.sinter.kernel;

/**
 * Plain Java, one class for each kind of kernel. The loops in which the time goes have no branches
 * and one index for all arrays, so that HotSpot and ART turn them into vector code ({@link Rows}
 * says why); the others are as simple as can be.
 */
final class ScalarBackend implements Backend {
  private final boolean packs;

  /** The kernels, with packed weights. */
  ScalarBackend() {
    this(true);
  }

  /**
   * The kernels.
   *
   * @param packs whether convolutions have their weights packed; if not, they are there at once,
   *     share the weights they are given, and take about twice as long
   */
  ScalarBackend(boolean packs) {
    this.packs = packs;
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Kernel convolution(Convolution convolution) {
    return ScalarConvolution.kernel(convolution, packs);
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
    return new ScalarTransposedConvolution(
        input, output, window, groups, weights, bias, activation);
  }

  @Override
  public Kernel linear(
      Slot input, Slot output, float[] weights, float[] bias, ActivationFunction activation) {
    return new ScalarLinear(input, output, weights, bias, activation);
  }

  @Override
  public Kernel affine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation) {
    return new ScalarAffine(input, output, scale, shift, activation);
  }

  @Override
  public Kernel activation(Slot input, Slot output, ActivationFunction activation) {
    return new ScalarActivation(input, output, activation);
  }

  @Override
  public Kernel maxPool(Slot input, Slot output, Window window) {
    return new ScalarMaxPool(input, output, window);
  }

  @Override
  public Kernel averagePool(Slot input, Slot output, Window window, boolean countPadding) {
    return new ScalarAveragePool(input, output, window, countPadding);
  }

  @Override
  public Kernel add(Slot[] inputs, Slot output, ActivationFunction activation) {
    return new ScalarAdd(inputs, output, activation);
  }

  @Override
  public Kernel multiply(Slot[] inputs, Slot output, ActivationFunction activation) {
    return new ScalarMultiply(inputs, output, activation);
  }

  @Override
  public Kernel concat(Slot[] inputs, Slot output) {
    return new ScalarConcat(inputs, output);
  }

  @Override
  public Kernel slice(Slot input, Slot output, int axis, int start, int step) {
    return new ScalarSlice(input, output, axis, start, step);
  }

  @Override
  public Kernel reshape(Slot input, Slot output) {
    return new ScalarReshape(input, output);
  }

  @Override
  public Kernel channelShuffle(Slot input, Slot output, int groups) {
    return new ScalarChannelShuffle(input, output, groups);
  }

  @Override
  public Kernel pad(Slot input, Slot output, int before, int top, int left, float value) {
    return new ScalarPad(input, output, before, top, left, value);
  }

  @Override
  public Kernel upsampleNearest(Slot input, Slot output) {
    return new ScalarNearest(input, output);
  }

  @Override
  public Kernel upsampleBilinear(Slot input, Slot output, boolean alignCorners) {
    return new ScalarBilinear(input, output, alignCorners);
  }

  @Override
  public Kernel softmax(Slot input, Slot output) {
    return new ScalarSoftmax(input, output);
  }

  @Override
  public Kernel constant(Slot output, float[] values) {
    return new ScalarConstant(output, values);
  }

  @Override
  public Kernel function(Slot input, Slot output, PointFunction function, float parameter) {
    return new ScalarFunction(input, output, function, parameter);
  }

  @Override
  public Kernel binary(
      Slot[] inputs, Slot output, Operation operation, ActivationFunction activation) {
    return new ScalarBinary(inputs, output, operation, activation);
  }

  @Override
  public Kernel reduce(Slot input, Slot output, Reduction reduction) {
    return new ScalarReduce(input, output, reduction);
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
    return overMap
        ? new ScalarMapNormalization(input, output, groups, epsilon, scale, shift, activation)
        : new ScalarNormalization(input, output, groups, epsilon, scale, shift, activation);
  }

  @Override
  public Kernel rearrange(
      Slot input, Slot output, float[] channels, float[] rows, float[] columns) {
    return new ScalarRearrange(input, output, channels, rows, columns);
  }

  @Override
  public Kernel resample(Slot input, Slot output, float[] rows, float[] columns) {
    return new ScalarResample(input, output, rows, columns);
  }
}
