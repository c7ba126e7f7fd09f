package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.Locale;

/** {@code @PRelu}: an activation with one slope for each channel, or one for all. */
final class PReluLayer implements LayerType {
  @Override
  public String annotation() {
    return "PRelu";
  }

  @Override
  public boolean fits(LayerContext layer, Shape shape) {
    return shape.equals(Shape.of(layer.input().channels()));
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    WeightTensor slopes = layer.tensor("weight");
    int channels = layer.input().channels();
    if (!slopes.tensor().shape().equals(Shape.of(1))
        && !slopes.tensor().shape().equals(Shape.of(channels))) {
      throw slopes.wrongShape(
          String.format(
              Locale.ROOT,
              "the input of '%s' has %s, so it must be [%d], or [1] for one slope in all.",
              layer.name(),
              layer.inputChannels(),
              channels));
    }
    return new Op.Activate(Activation.of(Activation.Kind.PRELU, slopes.tensor().toDoubles()));
  }
}
