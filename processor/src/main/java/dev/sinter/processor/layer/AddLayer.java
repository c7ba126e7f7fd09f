package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import java.util.List;

/** {@code @Add}: the layers it names. */
final class AddLayer implements LayerType {
  @Override
  public String annotation() {
    return "Add";
  }

  @Override
  public List<String> inputs() {
    return List.of("value");
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    int count = layer.values().texts("value").size();
    if (count < 2) {
      throw Problem.TOO_FEW_INPUTS.reject(
          layer.values().at("value"), layer.name(), count, count == 1 ? "" : "s");
    }
    return new Op.Add(Activation.NONE);
  }
}
