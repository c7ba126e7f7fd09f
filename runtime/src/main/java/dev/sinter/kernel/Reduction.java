package dev.sinter.kernel;

/** One number of many. */
public enum Reduction {
  /** Σ x. */
  SUM,
  /** Σ x divided by their number. */
  MEAN,
  /** The largest; NaN if one is. */
  MAXIMUM,
  /** The index of the largest, the first of equal ones. */
  FIRST_MAXIMUM,
  /** The index of the largest, the last of equal ones. */
  LAST_MAXIMUM,
  /** ln Σ eˣ. */
  LOG_SUM_EXP;

  /** Of {@code values[from]} and those after it, at least one; sums in double. */
  float of(float[] values, int from, int count) {
    switch (this) {
      case SUM:
        return (float) sum(values, from, count);
      case MEAN:
        return (float) (sum(values, from, count) / count);
      case MAXIMUM:
        return maximum(values, from, count);
      case FIRST_MAXIMUM:
        return index(values, from, count, false);
      case LAST_MAXIMUM:
        return index(values, from, count, true);
      case LOG_SUM_EXP:
        return logSumExp(values, from, count);
      default:
        throw new AssertionError(this);
    }
  }

  private static double sum(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i];
    }
    return sum;
  }

  private static float maximum(float[] values, int from, int count) {
    float largest = values[from];
    for (int i = from + 1; i < from + count; i++) {
      largest = Math.max(largest, values[i]);
    }
    return largest;
  }

  private static int index(float[] values, int from, int count, boolean last) {
    int index = 0;
    for (int i = 1; i < count; i++) {
      float value = values[from + i];
      float largest = values[from + index];
      index = value > largest || (last && value == largest) ? i : index;
    }
    return index;
  }

  private static float logSumExp(float[] values, int from, int count) {
    double largest = maximum(values, from, count);
    if (Double.isInfinite(largest)) {
      return (float) largest;
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += Exponential.exp(values[i] - largest);
    }
    return (float) (largest + Math.log(sum));
  }
}
