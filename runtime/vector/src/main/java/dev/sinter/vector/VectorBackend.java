package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.ForwardingBackend;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.function.Function;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** Kernels on vectors. What only moves values, or only imported models have, is left to others. */
final class VectorBackend extends ForwardingBackend {
  private static final int FEWEST_LANES = 4;
  private static final int FEWEST_VECTORS = 4; // of elements
  private static final int FEWEST_WEIGHTS = 1 << 17; // of a map

  private final Backend scalar = Backend.scalar();

  @Override
  public @Nullable String obstacle() {
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
  public void warmUp(Kernel kernel) {
    WarmLoops.run(kernel);
  }

  @Override
  protected Kernel forward(Function<Backend, Kernel> recipe) {
    return recipe.apply(scalar);
  }

  @Override
  public Kernel convolution(Convolution convolution) {
    return VectorConvolution.of(convolution);
  }

  @Override
  public @Nullable Kernel chain(Kernel... kernels) {
    return ConvolutionChain.of(kernels);
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
    return groups == 1
        ? new VectorTransposedConvolution(input, output, window, weights, bias, activation)
        : super.transposedConvolution(input, output, window, groups, weights, bias, activation);
  }

  /** A convolution whose kernel is as large as the map, unless a small one. */
  @Override
  public Kernel linear(
      Slot input, Slot output, float[] weights, float[] bias, ActivationFunction activation) {
    if (input.positions() > 1 && weights.length < FEWEST_WEIGHTS) {
      return super.linear(input, output, weights, bias, activation);
    }
    Window window = Window.of(input.height(), input.width());
    return VectorConvolution.of(
        new Convolution(input, output, window, 1, weights).bias(bias).activation(activation));
  }

  /**
   * Whether elements are worth vectors: not where there are few, nor where each position ends with
   * a part of a vector.
   */
  private static boolean pays(Slot output, Slot... inputs) {
    boolean dense = output.isDense();
    for (Slot input : inputs) {
      dense &= input.isDense();
    }
    return output.size() >= FEWEST_VECTORS * Gemm.LANES
        && (dense || output.channels() % Gemm.LANES == 0);
  }

  @Override
  public Kernel affine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation) {
    if (!pays(output, input)) {
      return super.affine(input, output, scale, shift, activation);
    }
    return VectorElementwise.affine(input, output, scale, shift, activation);
  }

  @Override
  public Kernel activation(Slot input, Slot output, ActivationFunction activation) {
    if (!pays(output, input)) {
      return super.activation(input, output, activation);
    }
    return VectorElementwise.activation(input, output, activation);
  }

  @Override
  public Kernel maxPool(Slot input, Slot output, Window window) {
    return VectorPool.max(input, output, window);
  }

  @Override
  public Kernel averagePool(Slot input, Slot output, Window window, boolean countPadding) {
    return VectorPool.average(input, output, window, countPadding);
  }

  @Override
  public Kernel add(Slot[] inputs, Slot output, ActivationFunction activation) {
    if (!pays(output, inputs)) {
      return super.add(inputs, output, activation);
    }
    return VectorElementwise.add(inputs, output, activation);
  }

  @Override
  public Kernel multiply(Slot[] inputs, Slot output, ActivationFunction activation) {
    for (Slot input : inputs) {
      if (input.positions() == output.positions() && pays(output, inputs)) {
        return VectorElementwise.multiply(inputs, output, activation);
      }
    }
    return super.multiply(inputs, output, activation);
  }

  @Override
  public Kernel upsampleBilinear(Slot input, Slot output, boolean alignCorners) {
    return new VectorBilinear(input, output, alignCorners);
  }

  @Override
  public Kernel softmax(Slot input, Slot output) {
    return output.channels() < Gemm.LANES
        ? super.softmax(input, output)
        : new VectorSoftmax(input, output);
  }
}
