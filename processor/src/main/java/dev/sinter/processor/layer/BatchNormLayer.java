package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** {@code @BatchNorm}: γ and β where the file has them, μ and σ² always. */
final class BatchNormLayer implements LayerType {
  private static final String NOT_TRACKED =
      " With track_running_stats=False PyTorch keeps no statistics: the layer then depends on the"
          + " whole batch and cannot be compiled.";

  @Override
  public String annotation() {
    return "BatchNorm";
  }

  @Override
  public boolean fits(LayerContext layer, Shape shape) {
    return shape.equals(Shape.of(layer.input().channels()));
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    Epsilon epsilon = layer.epsilon();
    int channels = layer.input().channels();
    String reason = "the input of '" + layer.name() + "' has " + layer.inputChannels();
    WeightTensor mean = layer.tensor("running_mean", NOT_TRACKED);
    WeightTensor variance = layer.tensor("running_var", NOT_TRACKED);
    boolean apart = !layer.values().text("scale").isEmpty();
    LayerContext affine = apart ? layer.elsewhere("scale") : layer;
    Optional<WeightTensor> gamma =
        apart ? Optional.of(affine.tensor("weight")) : affine.optionalTensor("weight");
    Optional<WeightTensor> beta = affine.optionalTensor("bias");
    Tensor one = Tensor.filled(channels, 1);
    Tensor scale = gamma.isPresent() ? gamma.get().vector(channels, reason) : one;
    Tensor shift =
        beta.isPresent() ? beta.get().vector(channels, reason) : Tensor.filled(channels, 0);
    Tensor means = mean.vector(channels, reason);
    Tensor variances = variance.vector(channels, reason);
    checkVariance(layer, variance, epsilon);
    return new Op.BatchNorm(
        layer.values().flag("fixGamma") ? one : scale,
        shift,
        means,
        epsilon.variances(variances),
        epsilon.added());
  }

  private static void checkVariance(LayerContext layer, WeightTensor variance, Epsilon epsilon)
      throws Rejection {
    Tensor values = variance.tensor();
    for (int c = 0; c < values.size(); c++) {
      if (!epsilon.allows(values.get(c))) {
        throw Problem.VARIANCE.reject(
            variance.location(),
            variance.name(),
            variance.file(),
            values.get(c),
            c,
            epsilon.radicand(),
            epsilon.described());
      }
    }
    IntStream channels = IntStream.range(0, values.size());
    channels
        .filter(c -> values.get(c) < 0)
        .mapToObj(
            c ->
                Problem.NEGATIVE_VARIANCE.at(
                    variance.location(), variance.name(), variance.file(), values.get(c), c))
        .findFirst()
        .ifPresent(layer::warn);
    List<Integer> zeros =
        IntStream.range(0, values.size()).filter(c -> values.get(c) == 0).boxed().toList();
    if (!zeros.isEmpty()) {
      layer.warn(
          Problem.ZERO_VARIANCE.at(
              variance.location(),
              variance.name(),
              variance.file(),
              (zeros.size() == 1 ? "channel " : "channels ") + Some.of(zeros),
              epsilon.scaleOfConstant()));
    }
  }
}
