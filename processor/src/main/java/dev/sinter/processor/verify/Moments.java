package dev.sinter.processor.verify;

/**
 * Mean and variance of some elements, and what their errors do to x̂ = (x − μ)/√(σ² + ε): it is off
 * by (dx − mean of dx − x̂·mean of x̂·dx)/√(σ² + ε).
 *
 * @param magnitudes the mean magnitude
 * @param spread the mean of |x − μ|·m(x)
 */
record Moments(double mean, double variance, double magnitudes, double spread) {

  /** Of the elements from, from + step, … below end. */
  static Moments of(Value x, int from, int end, int step) {
    int count = (end - from + step - 1) / step;
    double sum = 0;
    double magnitudes = 0;
    for (int i = from; i < end; i += step) {
      sum += x.value(i);
      magnitudes += x.magnitude(i);
    }
    double mean = sum / count;
    double squares = 0;
    double spread = 0;
    for (int i = from; i < end; i += step) {
      double deviation = x.value(i) - mean;
      squares += deviation * deviation;
      spread += Math.abs(deviation) * x.magnitude(i);
    }
    return new Moments(mean, squares / count, magnitudes / count, spread / count);
  }

  double standard(double value, double epsilon) {
    return (value - mean) / Math.sqrt(variance + epsilon);
  }

  double magnitude(Value x, int index, double epsilon) {
    double deviation = Math.sqrt(variance + epsilon);
    double own = Math.abs(standard(x.value(index), epsilon));
    return (x.magnitude(index) + magnitudes + own * spread / deviation) / deviation + own;
  }
}
