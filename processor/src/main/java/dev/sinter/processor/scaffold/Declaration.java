package dev.sinter.processor.scaffold;

import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A layer's annotation, but for where its tensors and its input are.
 *
 * @param annotation the simple name
 * @param attributes as they are written, without defaults: {@code "stride = 2"}; one without a name
 *     stands alone
 * @param tensors by what follows the prefix in PyTorch's names
 * @param imports what the attributes need, as they are imported
 */
record Declaration(
    String annotation, List<String> attributes, Map<String, Tensor> tensors, List<String> imports) {

  static Declaration of(String annotation, List<String> attributes) {
    return new Declaration(annotation, attributes, Map.of(), List.of());
  }

  static Declaration of(String annotation, String... attributes) {
    return of(annotation, List.of(attributes));
  }

  Declaration with(Map<String, Tensor> others) {
    return new Declaration(annotation, attributes, others, imports);
  }

  Declaration importing(String name) {
    return new Declaration(annotation, attributes, tensors, List.of(name));
  }
}
