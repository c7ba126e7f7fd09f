package dev.sinter.kernel;

/**
 * The standard normal distribution function, Φ(x) = erfc(−x/√2)/2.
 *
 * <p>The complementary error function follows M. M. Shepherd and J. G. Laframboise, <i>Chebyshev
 * Approximation of (1 + 2x)exp(x²)erfc x in 0 ≤ x &lt; ∞</i>, Mathematics of Computation 36 (1981),
 * pp. 249–253: one series in (x − 3.75)/(x + 3.75) for all x. Cut after 15 terms, its relative
 * error is below 1e-10, in the tail as well, but for that of {@link Exponential}. For backends
 * only.
 */
public final class Normal {
  /** The series is in (x − K)/(x + K). */
  public static final double K = 3.75;

  private static final double[] CHEBYSHEV = {
    1.177578934567e+00,
    -4.590054580646e-03,
    -8.424913336652e-02,
    5.920993999819e-02,
    -2.665866843531e-02,
    9.074997670705e-03,
    -2.413163540418e-03,
    4.907758365258e-04,
    -6.916973302501e-05,
    4.139027986073e-06,
    7.740383066198e-07,
    -2.188640104923e-07,
    1.076499946567e-08,
    4.521959811218e-09,
    -7.754400208831e-10
  };

  private Normal() {}

  /** Φ(x): from 0 at −∞ to 1 at ∞. */
  public static double distribution(double x) {
    double tail = erfc(Math.abs(x) * Math.sqrt(0.5)) / 2;
    return x > 0 ? 1 - tail : tail;
  }

  /**
   * Half of the series as a polynomial: the coefficients of 1, t, t² …, so that Φ(−x) = exp(−z²)/(1
   * + 2z)·Σ c·tⁱ with z = x/√2, t = (z − K)/(z + K).
   *
   * @param terms how many terms of the series, from 1 to 15; with twelve, its relative error is
   *     below 2e-8
   */
  public static float[] coefficients(int terms) {
    double[] sum = new double[terms];
    double[] before = new double[terms]; // Chebyshev's polynomial of one degree less
    double[] now = new double[terms];
    now[0] = 1;
    for (int degree = 0; degree < terms; degree++) {
      double[] next = new double[terms];
      for (int i = 0; i < terms; i++) {
        sum[i] += CHEBYSHEV[degree] * now[i] / 2;
        next[i] = (i == 0 ? 0 : (degree == 0 ? 1 : 2) * now[i - 1]) - before[i];
      }
      before = now;
      now = next;
    }
    float[] coefficients = new float[terms];
    for (int i = 0; i < terms; i++) {
      coefficients[i] = (float) sum[i];
    }
    return coefficients;
  }

  /** The complementary error function of x ≥ 0, by Clenshaw's recurrence. */
  private static double erfc(double x) {
    double t = 1 - 2 * K / (x + K); // (x − K)/(x + K) without ∞/∞
    double b1 = 0;
    double b2 = 0;
    for (int k = CHEBYSHEV.length - 1; k > 0; k--) {
      double b = CHEBYSHEV[k] + 2 * t * b1 - b2;
      b2 = b1;
      b1 = b;
    }
    return (CHEBYSHEV[0] + t * b1 - b2) * Exponential.exp(-x * x) / (1 + 2 * x);
  }
}
