package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Op.Binary.Operation;
import dev.sinter.processor.ir.Op.Elementwise.Function;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Layer normalizations that are written out: (x − μ)/√(mean((x − μ)²) + ε), μ the mean of x. */
final class LayerNorms {
  private final IntFunction<Patterns.Layer> layers;

  private LayerNorms(IntFunction<Patterns.Layer> layers) {
    this.layers = layers;
  }

  /**
   * The normalization that ends in a layer.
   *
   * @param layers those above, by their values
   * @param shapes of values
   */
  static Optional<Patterns.Layer> found(
      Patterns.Layer layer, IntFunction<Patterns.Layer> layers, IntFunction<Shape> shapes) {
    if (!isPlain(layer, Operation.DIVIDE)) {
      return Optional.empty();
    }
    LayerNorms norms = new LayerNorms(layers);
    int centred = layer.input();
    Optional<Integer> x = norms.uncentred(centred);
    Optional<Double> epsilon = norms.epsilon(centred, layer.inputs().get(1));
    if (x.isEmpty() || epsilon.isEmpty()) {
      return Optional.empty();
    }
    int channels = shapes.apply(x.get()).channels();
    Op norm =
        new Op.Normalization(
            1,
            false,
            epsilon.get(),
            Tensor.filled(channels, 1),
            Tensor.filled(channels, 0),
            Activation.NONE);
    return Optional.of(new Patterns.Layer(layer.name(), norm, List.of(x.get())));
  }

  /** The x of x − mean(x). */
  private Optional<Integer> uncentred(int id) {
    Patterns.Layer difference = layers.apply(id);
    return isPlain(difference, Operation.SUBTRACT)
            && meanOf(difference.inputs().get(1)).equals(Optional.of(difference.input()))
        ? Optional.of(difference.input())
        : Optional.empty();
  }

  /** The ε of √(mean(x²) + ε). */
  private Optional<Double> epsilon(int x, int deviation) {
    Patterns.Layer root = layers.apply(deviation);
    if (!isPower(root, 0.5)
        || !(layers.apply(root.input()).op() instanceof Op.Affine sum)
        || !sum.activation().isNone()
        || sum.scale().size() != 1
        || sum.scale().get(0) != 1) {
      return Optional.empty();
    }
    int mean = layers.apply(root.input()).input();
    return meanOf(mean)
        .map(layers::apply)
        .filter(square -> isSquare(square, x))
        .map(square -> sum.shift().get(0));
  }

  private static boolean isSquare(Patterns.Layer layer, int x) {
    boolean isProduct = layer.op() instanceof Op.Multiply product && product.activation().isNone();
    return layer.inputs().stream().allMatch(input -> input == x)
        && (isProduct ? layer.inputs().size() == 2 : isPower(layer, 2));
  }

  private Optional<Integer> meanOf(int id) {
    Patterns.Layer layer = layers.apply(id);
    return layer.op() instanceof Op.Reduce reduce && reduce.kind() == Op.Reduce.Kind.MEAN
        ? Optional.of(layer.input())
        : Optional.empty();
  }

  private static boolean isPower(Patterns.Layer layer, double exponent) {
    return layer.op() instanceof Op.Elementwise power
        && power.function() == Function.POWER
        && power.parameter() == exponent;
  }

  private static boolean isPlain(Patterns.Layer layer, Operation operation) {
    return layer.op() instanceof Op.Binary binary
        && binary.operation() == operation
        && binary.activation().isNone();
  }
}
