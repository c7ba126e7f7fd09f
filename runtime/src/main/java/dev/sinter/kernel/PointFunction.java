package dev.sinter.kernel;

/** Functions of one argument that no other kernel applies as it writes. */
public enum PointFunction {
  /** |x|. */
  ABS,
  /** eˣ. */
  EXP,
  /** The natural logarithm: −∞ for 0, NaN below. */
  LOG,
  /** x to the power of the parameter, as {@link Math#pow} has it. */
  POWER,
  /** x/(1 + |x|). */
  SOFTSIGN,
  /** x where it is larger than the parameter, else 0; NaN stays. */
  THRESHOLD,
  /** x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2, which is close to GELU. */
  GELU_TANH;

  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final double CUBE = 0.044715;
  private static final double FAR = 500; // where e^(−2z) is 0 or beyond any float

  /** Applies the function in place to the first values. */
  void apply(float[] values, int count, float parameter) {
    switch (this) {
      case ABS:
        for (int i = 0; i < count; i++) {
          values[i] = Math.abs(values[i]);
        }
        break;
      case EXP:
        for (int i = 0; i < count; i++) {
          values[i] = (float) Exponential.exp(values[i]);
        }
        break;
      case LOG:
        for (int i = 0; i < count; i++) {
          values[i] = (float) Math.log(values[i]);
        }
        break;
      case POWER:
        power(values, count, parameter);
        break;
      case SOFTSIGN:
        for (int i = 0; i < count; i++) {
          values[i] = (float) (values[i] / (1 + Math.abs((double) values[i])));
        }
        break;
      case THRESHOLD:
        for (int i = 0; i < count; i++) {
          values[i] = values[i] <= parameter ? 0 : values[i];
        }
        break;
      case GELU_TANH:
        for (int i = 0; i < count; i++) {
          values[i] = geluTanh(values[i]);
        }
        break;
      default:
        throw new AssertionError(this);
    }
  }

  /** The exponents that networks have need no logarithm. */
  private static void power(float[] values, int count, float exponent) {
    if (exponent == 2) {
      for (int i = 0; i < count; i++) {
        values[i] = values[i] * values[i];
      }
    } else if (exponent == 0.5f) {
      for (int i = 0; i < count; i++) {
        values[i] = (float) Math.sqrt(values[i]);
      }
    } else if (exponent == -1) {
      for (int i = 0; i < count; i++) {
        values[i] = 1 / values[i];
      }
    } else {
      for (int i = 0; i < count; i++) {
        values[i] = (float) Math.pow(values[i], exponent);
      }
    }
  }

  private static float geluTanh(double x) {
    double z = 2 * ROOT * (x + CUBE * x * x * x);
    return (float) (z < -FAR ? -0.0 : x / (1 + Exponential.exp(-z)));
  }
}
