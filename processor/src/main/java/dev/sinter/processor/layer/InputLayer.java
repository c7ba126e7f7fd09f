package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Diagnostic;
import dev.sinter.processor.diagnostic.Location;
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
                () -> new Rejection(noShape(layer.values().at("value"), layer.name(), extents))));
  }

  /** What is said of extents that are no {@link #shape}. */
  static Diagnostic noShape(Location location, String name, List<Integer> extents) {
    List<Integer> image = extents.size() == 4 ? extents.subList(1, 4) : List.of();
    String hint =
        shape(image).isPresent()
            ? " Leave the batch, its first, out: " + LayerContext.braces(image) + "."
            : "";
    return Problem.INPUT_SHAPE.at(location, name, LayerContext.braces(extents), hint);
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
