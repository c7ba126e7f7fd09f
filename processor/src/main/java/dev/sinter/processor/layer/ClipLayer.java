package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;

/** {@code @Clip}: an activation between two limits. */
final class ClipLayer implements LayerType {
  @Override
  public String annotation() {
    return "Clip";
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    double min = layer.values().number("min");
    double max = layer.values().number("max");
    if (Double.isNaN(min)) {
      throw layer.bad("min", min, "a number");
    }
    if (!(min <= max)) {
      throw layer.bad("max", max, "at least min, which is " + min);
    }
    return new Op.Activate(Activation.of(Activation.Kind.CLIP, min, max));
  }
}
