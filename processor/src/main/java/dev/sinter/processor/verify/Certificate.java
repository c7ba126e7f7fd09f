package dev.sinter.processor.verify;

/**
 * How far a rewritten part of a network is from what it replaces, at the worst of all compared
 * values. Errors are relative to Σ|w·x|, the sum of the magnitudes of all terms of a result,
 * because rounding is; relative to the result itself any error looks large where the terms cancel.
 * The bounds and their derivations are in {@link Bounds}.
 *
 * @param exact the error of the rewrite in double: the identity itself; infinite where either side
 *     is not a number, or where all terms are 0 and the results differ
 * @param exactBound what rounding in double can explain
 * @param shipped the error with constants rounded to float, as they are baked, computed in double
 * @param shippedBound what rounding each constant once can explain: 6e-8 for one layer
 * @param values how many values were compared
 * @param worst the kind of input that gave the largest error: {@code "random"}, {@code "border"}
 *     (zero but for the outermost ring) or {@code "zero"}
 */
public record Certificate(
    double exact,
    double exactBound,
    double shipped,
    double shippedBound,
    long values,
    String worst) {
  public boolean holds() {
    return isExact() && shipped <= shippedBound;
  }

  private boolean isExact() {
    return exact <= exactBound;
  }

  /** The error that breaks its bound; if none does, that of what is baked. */
  public double worstError() {
    return isExact() ? shipped : exact;
  }

  /** The bound of {@link #worstError}. */
  public double worstBound() {
    return isExact() ? shippedBound : exactBound;
  }
}
