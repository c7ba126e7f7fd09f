package dev.sinter.processor.onnx;

/** Why an operator cannot be compiled, as a predicate of it: {@code "is in training mode"}. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  Refusal(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
