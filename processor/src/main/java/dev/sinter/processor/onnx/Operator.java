package dev.sinter.processor.onnx;

/** An operator of ONNX: a line in {@link Operators#TABLE}. */
interface Operator {
  /**
   * Gives what a node computes.
   *
   * @throws Refusal if no graph of ours does the same
   */
  void convert(Call call) throws Refusal;
}
