package dev.sinter.processor.layer;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.MalformedContainer;
import java.util.List;
import java.util.Optional;

/** The tensors of a file in PyTorch's convention that no layer asks for. */
record FreeTensors(Container container, Claims claims) {

  /**
   * What to say to a layer whose tensor is missing: those that could be it, by their shape.
   *
   * @param suffix what the layer calls it
   */
  Optional<String> said(LayerContext layer, String suffix) {
    TensorScope wanted = layer.tensors();
    LayerType type = LayerTypes.of(layer.values().annotation());
    List<String> free =
        container.names().stream()
            .filter(tensor -> tensor.endsWith("." + suffix))
            .filter(tensor -> !claims.has(wanted.file(), tensor))
            .filter(tensor -> shape(tensor).filter(s -> type.fits(layer, s)).isPresent())
            .toList();
    if (free.isEmpty()) {
      return Optional.empty();
    }
    String first = free.get(0);
    List<String> told = free.stream().map(t -> t + " " + shape(t).orElseThrow()).toList();
    return Optional.of(
        " No layer uses "
            + Some.of(told)
            + ", which would fit: did you mean @"
            + type.annotation()
            + "("
            + layer.place()
            + " = \""
            + layer.written(first.substring(0, first.length() - suffix.length() - 1))
            + "\")?");
  }

  private Optional<Shape> shape(String tensor) {
    try {
      return Optional.of(container.stored(tensor).shape());
    } catch (MalformedContainer unknown) {
      return Optional.empty(); // then it is none to propose
    }
  }
}
