package dev.sinter.processor.layer;

import dev.sinter.processor.ir.Tensor;

/**
 * What a batch normalization adds, so as not to divide by 0.
 *
 * @param inRoot whether it is added to the variance, √(σ² + ε), or to its root, √σ² + ε
 */
record Epsilon(double value, boolean inRoot) {

  static Epsilon inRoot(double value) {
    return new Epsilon(value, true);
  }

  Epsilon withValue(double other) {
    return new Epsilon(other, inRoot);
  }

  /** What is added to the variance in the root where {@link #variances} are used. */
  double added() {
    return inRoot ? value : 0;
  }

  /**
   * The variances, so that √(σ² + {@link #added}) is what is divided by: outside of the root, where
   * nothing is added in it, these are σ'² = (√σ² + ε)², in double.
   */
  Tensor variances(Tensor stored) {
    return inRoot
        ? stored
        : Tensor.computed(stored.shape(), c -> squared(Math.sqrt(stored.get(c)) + value));
  }

  private static double squared(double x) {
    return x * x;
  }

  /** Whether there is something to divide by. */
  boolean allows(double variance) {
    return inRoot ? variance + value > 0 : Math.sqrt(variance) + value > 0;
  }

  /** What must be positive, as it stands in messages. */
  String radicand() {
    return inRoot ? "σ² + ε" : "σ²";
  }

  /** Its value, and its place if that is not the usual one, as it stands in messages. */
  String described() {
    return inRoot ? Double.toString(value) : value + ", outside of the root";
  }

  /** The scale of a channel whose variance is 0, as it stands in messages. */
  String scaleOfConstant() {
    return inRoot ? "γ/√ε" : "γ/ε";
  }
}
