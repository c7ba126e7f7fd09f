package dev.sinter.processor.verify;

/**
 * The error function, which Java lacks. Source: W. J. Cody, Rational Chebyshev approximations for
 * the error function, Mathematics of Computation 23 (1969), with the coefficients of his CALERF
 * (netlib, specfun).
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // The digits are as printed.
final class ErrorFunction {
  // erf(x)/x in x², |x| ≤ 0.46875. Coefficients are in falling powers throughout.
  private static final double[] A = {
    1.85777706184603153e-1,
    3.16112374387056560e00,
    1.13864154151050156e02,
    3.77485237685302021e02,
    3.20937758913846947e03
  };
  private static final double[] B = {
    1,
    2.36012909523441209e01,
    2.44024637934444173e02,
    1.28261652607737228e03,
    2.84423683343917062e03
  };
  // erfc(x)·e^(x²) in x, 0.46875 < x ≤ 4.
  private static final double[] C = {
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e00,
    6.61191906371416295e01, 2.98635138197400131e02, 8.81952221241769090e02,
    1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03
  };
  private static final double[] D = {
    1,
    1.57449261107098347e01,
    1.17693950891312499e02,
    5.37181101862009858e02,
    1.62138957456669019e03,
    3.29079923573345963e03,
    4.36261909014324716e03,
    3.43936767414372164e03,
    1.23033935480374942e03
  };
  // (1/√π − x·erfc(x)·e^(x²))·x² in 1/x², x > 4.
  private static final double[] P = {
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
    1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4
  };
  private static final double[] Q = {
    1,
    2.56852019228982242e00,
    1.87295284992346725e00,
    5.27905102951428412e-1,
    6.05183413124413191e-2,
    2.33520497626869185e-3
  };

  private ErrorFunction() {}

  /**
   * erfc(x) = 1 − erf(x), to about 1e-15 of itself also where it is tiny.
   *
   * @return 0 from about 26.6, where it underflows
   */
  static double complement(double x) {
    double y = Math.abs(x);
    if (y <= 0.46875) {
      return 1 - x * polynomial(A, x * x) / polynomial(B, x * x);
    }
    double tail = tail(y);
    return x < 0 ? 2 - tail : tail;
  }

  private static double tail(double y) {
    if (y > 27) {
      return 0;
    }
    double scaled;
    if (y <= 4) {
      scaled = polynomial(C, y) / polynomial(D, y);
    } else {
      double z = 1 / (y * y);
      scaled = (1 / Math.sqrt(Math.PI) - z * polynomial(P, z) / polynomial(Q, z)) / y;
    }
    // y² loses digits that the exponential would magnify; that of a multiple of 1/16 is exact.
    double near = Math.floor(y * 16) / 16;
    return StrictMath.exp(-near * near) * StrictMath.exp(-(y - near) * (y + near)) * scaled;
  }

  private static double polynomial(double[] coefficients, double x) {
    double sum = 0;
    for (double coefficient : coefficients) {
      sum = sum * x + coefficient;
    }
    return sum;
  }
}
