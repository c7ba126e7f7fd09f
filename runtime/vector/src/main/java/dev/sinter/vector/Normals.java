package dev.sinter.vector;

/**
 * The tail of the normal distribution, Φ(−x) = erfc(z)/2 for z = x/√2 ≥ 0, as a polynomial: erfc(z)
 * = exp(−z²)/(1 + 2z)·Σ c·T(t), t = (z − 3.75)/(z + 3.75), T Chebyshev's polynomials. Source: M. M.
 * Shepherd, J. G. Laframboise, <i>Chebyshev Approximation of (1 + 2x)exp(x²)erfc x in 0 ≤ x &lt;
 * ∞</i>, Mathematics of Computation 36 (1981), pp. 249–253. Cut after twelve terms, its relative
 * error is below 2e-8.
 */
final class Normals {
  /** Where t changes its sign. */
  static final double K = 3.75;

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
    -2.188640104923e-07
  };

  private Normals() {}

  /** The coefficients of 1, t, t² …, of half the sum. */
  static float[] coefficients() {
    int terms = CHEBYSHEV.length;
    double[] sum = new double[terms];
    double[] before = new double[terms]; // T of one degree less
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
}
