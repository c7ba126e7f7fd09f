package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import java.util.List;

/**
 * {@code @Add}, {@code @Multiply} and {@code @Concat}: two or more layers, by name.
 *
 * @param verb what it does with them, in messages
 */
record OperandsLayer(String annotation, String verb, Op op) implements LayerType {
  @Override
  public List<String> inputs() {
    return List.of("value");
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    int count = layer.values().texts("value").size();
    if (count < 2) {
      throw Problem.TOO_FEW_INPUTS.reject(
          layer.values().at("value"), layer.name(), verb, count, count == 1 ? "" : "s", annotation);
    }
    return op;
  }
}
