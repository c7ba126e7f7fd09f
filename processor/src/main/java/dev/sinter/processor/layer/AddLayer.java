package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    requireOneShape(layer);
    return new Op.Add(Activation.NONE);
  }

  private static void requireOneShape(LayerContext layer) throws Rejection {
    if (layer.inputs().stream().distinct().count() > 1) {
      List<String> names = layer.values().texts("value");
      String shapes =
          IntStream.range(0, names.size())
              .mapToObj(i -> "'" + names.get(i) + "' is " + layer.inputs().get(i))
              .collect(Collectors.joining(", "));
      throw Problem.SUM_SHAPES.reject(layer.values().at("value"), layer.name(), shapes);
    }
  }
}
