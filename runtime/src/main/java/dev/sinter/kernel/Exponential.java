package dev.sinter.kernel;

/**
 * The functions that are made of eˣ, computed in double and rounded once. HotSpot and ART compile
 * their loops without calls and branches, at some ten cycles an exponential.
 *
 * <p>eˣ = 2ⁿ·2ʳ with x/ln 2 = n + r, |r| ≤ ½. The whole part falls out of an addition of 1.5·2⁵²,
 * below which a double has no fraction. (2ʳ − 1)/r is a polynomial of degree 7 through the
 * Chebyshev nodes, off by at most 2⁻³⁷ of itself, so that e^x − 1 keeps its precision around 0. The
 * rounding of x/ln 2 adds |x|·2⁻⁵². All that is far below half an ulp of a float, 2⁻²⁴.
 */
final class Exponential {
  private static final double LOG2_E = 1.4426950408889634;
  private static final double SHIFT = 0x1.8p52;
  private static final long ONE = 0x3ff0_0000_0000_0000L; // the bits of 1.0
  private static final double LARGEST = 1000; // powers of 2; floats have 128

  // (2^r − 1)/r
  private static final double Q0 = 0.6931471805568324;
  private static final double Q1 = 0.24022650695888723;
  private static final double Q2 = 0.05550410906326403;
  private static final double Q3 = 0.009618129135179121;
  private static final double Q4 = 0.0013333478473231968;
  private static final double Q5 = 0.0001540347522528407;
  private static final double Q6 = 0.000015303700820368246;
  private static final double Q7 = 0.0000013250797792352389;

  // Beyond these, what the functions below tend to is reached; they keep ∞·0 and ∞/∞ away.
  private static final double FAR_BELOW = -600;
  private static final double FAR_ABOVE = 40;

  /** eˣ, between 2⁻¹⁰⁰⁰ and 2¹⁰⁰⁰. */
  static double exp(double x) {
    double t = power(x);
    double shifted = t + SHIFT;
    double r = t - (shifted - SHIFT);
    double scale = scale(shifted);
    return scale * (r * quotient(r)) + scale;
  }

  /** eˣ − 1, up to 2¹⁰⁰⁰. */
  static double expm1(double x) {
    double t = power(x);
    double shifted = t + SHIFT;
    double r = t - (shifted - SHIFT);
    double scale = scale(shifted);
    return scale * (r * quotient(r)) + (scale - 1);
  }

  /** x/ln 2, kept within what {@link #scale} can do. NaN stays NaN. */
  private static double power(double x) {
    double t = x * LOG2_E;
    t = t > LARGEST ? LARGEST : t;
    return t < -LARGEST ? -LARGEST : t;
  }

  /** 2ⁿ of 1.5·2⁵² + n: n stands in the lowest bits. */
  private static double scale(double shifted) {
    return Double.longBitsToDouble((Double.doubleToRawLongBits(shifted) << 52) + ONE);
  }

  private static double quotient(double r) {
    double s = r * r;
    double low = (Q0 + Q1 * r) + s * (Q2 + Q3 * r);
    double high = (Q4 + Q5 * r) + s * (Q6 + Q7 * r);
    return low + s * s * high;
  }

  static void sigmoid(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] = (float) (1 / (1 + exp(-values[i])));
    }
  }

  static void tanh(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      double e = expm1(2.0 * Math.abs(values[i]));
      values[i] = Math.copySign((float) (e / (e + 2)), values[i]);
    }
  }

  static void silu(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      double x = values[i];
      values[i] = (float) (atLeast(FAR_BELOW, x) / (1 + exp(-x)));
    }
  }

  /** y = scale·x for x ≥ 0, else scale·alpha·(eˣ − 1). */
  static void elu(float[] values, int from, int to, double scale, double alpha) {
    for (int i = from; i < to; i++) {
      double x = values[i];
      values[i] = (float) (scale * (x >= 0 ? x : alpha * expm1(x)));
    }
  }

  static void gelu(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      double x = values[i];
      values[i] = (float) (atLeast(FAR_BELOW, x) * Normal.distribution(x));
    }
  }

  /** tanh(ln(1 + e)) = ((1 + e)² − 1)/((1 + e)² + 1). */
  static void mish(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      double x = values[i];
      double e = exp(x > FAR_ABOVE ? FAR_ABOVE : x);
      double n = e * (e + 2);
      values[i] = (float) (atLeast(FAR_BELOW, x) * (n / (n + 2)));
    }
  }

  static void softplus(float[] values, int from, int to, double beta) {
    for (int i = from; i < to; i++) {
      double z = beta * values[i];
      values[i] = (float) ((Math.max(z, 0) + Math.log1p(exp(-Math.abs(z)))) / beta);
    }
  }

  private static double atLeast(double least, double x) {
    return x < least ? least : x;
  }

  private Exponential() {}
}
