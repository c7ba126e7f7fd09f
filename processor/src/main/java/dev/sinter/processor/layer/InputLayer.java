package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.List;
import java.util.Optional;

/** {@code @Input}: a further input of the network. */
final class InputLayer implements LayerType {
  @Override
  public String annotation() {
    return "Input";
  }

  @Override
  public List<String> inputs() {
    return List.of();
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    List<Integer> extents = layer.values().integers("value");
    return new Op.Input(
        shape(extents)
            .orElseThrow(
                () ->
                    Problem.INPUT_SHAPE.reject(
                        layer.values().at("value"), layer.name(), LayerContext.braces(extents))));
  }

  /** The shape of an input, if it is one that images, sequences or vectors have. */
  static Optional<Shape> shape(List<Integer> extents) {
    boolean valid =
        !extents.isEmpty() && extents.size() <= 3 && extents.stream().allMatch(e -> e > 0);
    return valid
        ? Optional.of(new Shape(extents)).filter(s -> s.size() <= Integer.MAX_VALUE)
        : Optional.empty();
  }
}
