package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.Locale;
import java.util.Optional;

/** {@code @Linear}: on a vector. */
final class LinearLayer implements LayerType {
  @Override
  public String annotation() {
    return "Linear";
  }

  @Override
  public boolean fits(LayerContext layer, Shape shape) {
    return shape.rank() == 2 && shape.extent(1) == layer.input().channels() && shape.extent(0) > 0;
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    if (layer.input().rank() != 1) {
      throw Problem.LAYER_SHAPE.reject(
          layer.location(),
          layer.name(),
          "needs a vector [C]; the input is " + layer.input() + ". Put @Flatten before it");
    }
    WeightTensor weight = layer.tensor("weight");
    Shape shape = weight.tensor().shape();
    int features = layer.input().channels();
    if (shape.rank() != 2 || shape.extent(1) != features || shape.extent(0) == 0) {
      throw weight.wrongShape(
          String.format(
              Locale.ROOT,
              "the input of '%s' has %d features, so it must be [out, %d].",
              layer.name(),
              features,
              features));
    }
    Optional<WeightTensor> bias = layer.optionalTensor("bias");
    String reason = "'" + weight.name() + "' has " + shape.extent(0) + " rows";
    return new Op.Linear(
        weight.tensor(),
        bias.isEmpty() ? null : bias.get().vector(shape.extent(0), reason),
        Activation.NONE);
  }
}
