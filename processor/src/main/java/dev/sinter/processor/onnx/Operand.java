package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Shape;

/** What a name in a model stands for. */
sealed interface Operand permits Constant, View {
  /** Its extents as ONNX counts them: a value's with the batch, which is 1. */
  Shape dims();

  /** The same elements in the same order. */
  Operand reshaped(Shape dims);

  /**
   * The same elements in another order.
   *
   * @param from where each element stands here
   */
  Operand rearranged(Shape dims, int[] from);
}
