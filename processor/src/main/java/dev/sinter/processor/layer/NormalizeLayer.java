package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.List;

/** {@code @Normalize}: (x − mean)/std, so the affine 1/std·x − mean/std. */
final class NormalizeLayer implements LayerType {
  @Override
  public String annotation() {
    return "Normalize";
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    List<Double> mean = layer.perChannel("mean");
    List<Double> std = layer.perChannel("std");
    if (std.contains(0.0) || std.contains(-0.0)) {
      throw layer.bad("std", LayerContext.braces(std), "different from 0");
    }
    Shape channels = Shape.of(mean.size());
    return new Op.Affine(
        Tensor.computed(channels, c -> 1 / std.get(c)),
        Tensor.computed(channels, c -> -mean.get(c) / std.get(c)),
        Activation.NONE);
  }
}
