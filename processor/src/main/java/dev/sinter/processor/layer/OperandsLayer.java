package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    requireShapes(layer);
    return op;
  }

  /** What the operator itself says of them, with the name of each. */
  private void requireShapes(LayerContext layer) throws Rejection {
    try {
      op.infer(layer.inputs());
    } catch (IllegalArgumentException unfit) {
      List<String> names = layer.values().texts("value");
      String operands =
          IntStream.range(0, names.size())
              .mapToObj(i -> "'" + names.get(i) + "': " + layer.inputs().get(i))
              .collect(Collectors.joining(", "));
      throw Problem.OPERAND_SHAPES.reject(
          layer.values().at("value"), layer.name(), unfit.getMessage(), operands);
    }
  }
}
