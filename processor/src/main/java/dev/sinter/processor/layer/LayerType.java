package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.List;

/** A kind of layer: what one annotation means. */
interface LayerType {
  /** The simple name of the annotation. */
  String annotation();

  /**
   * Which of the annotation's values name the layers to read: a list of names, or one name whose
   * default is the layer before; or nothing, for what reads nothing.
   */
  default List<String> inputs() {
    return List.of("from");
  }

  /**
   * Whether the tensor that the layer cannot do without, its weight as a rule, might have this
   * shape, in PyTorch's order.
   */
  default boolean fits(LayerContext layer, Shape shape) {
    return false;
  }

  /**
   * The operator that a field declares. Whether its inputs have the right shapes is asked of the
   * operator afterwards.
   *
   * @throws Rejection if a value, a tensor or a shape is wrong, at the place that is
   */
  Op build(LayerContext layer) throws Rejection;
}
