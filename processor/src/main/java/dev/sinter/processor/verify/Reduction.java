package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;

/** What {@link Op.Reduce} makes of the channels at one place. */
final class Reduction {
  private Reduction() {}

  static void apply(Op.Reduce.Kind kind, Value x, int place, Value y) {
    int plane = (int) x.shape().plane();
    int channels = x.shape().channels();
    double sum = 0;
    double magnitudes = 0;
    double largestMagnitude = 0;
    int first = 0;
    int last = 0;
    for (int c = 0; c < channels; c++) {
      double value = x.value(c * plane + place);
      sum += value;
      magnitudes += x.magnitude(c * plane + place);
      largestMagnitude = Math.max(largestMagnitude, x.magnitude(c * plane + place));
      first = value > x.value(first * plane + place) ? c : first;
      last = value >= x.value(last * plane + place) ? c : last;
    }
    double greatest = x.value(first * plane + place);
    switch (kind) {
      case SUM -> y.set(place, sum, magnitudes);
      case MEAN -> y.set(place, sum / channels, magnitudes / channels);
      case MAXIMUM -> y.set(place, greatest, largestMagnitude);
      case FIRST_MAXIMUM -> y.set(place, first, first);
      case LAST_MAXIMUM -> y.set(place, last, last);
      case LOG_SUM_EXP -> {
        double logarithm = greatest + StrictMath.log(exponentials(x, place, greatest));
        // Its derivatives are a softmax, so they add up to 1.
        y.set(place, logarithm, largestMagnitude + Math.abs(logarithm));
      }
    }
  }

  private static double exponentials(Value x, int place, double greatest) {
    double sum = 0;
    for (int i = place; i < x.size(); i += (int) x.shape().plane()) {
      sum += StrictMath.exp(x.value(i) - greatest);
    }
    return sum;
  }
}
