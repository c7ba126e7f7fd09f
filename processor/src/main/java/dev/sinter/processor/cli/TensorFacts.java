package dev.sinter.processor.cli;

import dev.sinter.processor.ir.Tensor;

/**
 * What the values of a tensor are like.
 *
 * @param least of the finite ones; infinite if there are none, as are {@code greatest} and {@code
 *     mean} then no numbers
 * @param nans how many are no numbers
 * @param infinities how many are infinite
 */
record TensorFacts(double least, double greatest, double mean, long nans, long infinities) {
  static TensorFacts of(Tensor tensor) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    long finite = 0;
    long nans = 0;
    for (int i = 0; i < tensor.size(); i++) {
      double value = tensor.get(i);
      if (Double.isFinite(value)) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
        sum += value;
        finite++;
      } else if (Double.isNaN(value)) {
        nans++;
      }
    }
    return new TensorFacts(least, greatest, sum / finite, nans, tensor.size() - finite - nans);
  }

  boolean hasFinite() {
    return least <= greatest;
  }
}
