package dev.sinter.kernel;

/**
 * An element-wise function of one argument, which may depend on the channel. The definitions are
 * those of {@link dev.sinter.Activation.Function}. NaN stays NaN; at ±∞ each function has its
 * limit. Immutable.
 */
public final class ActivationFunction {
  /** Which function; what a and b are stands beside each. */
  public enum Kind {
    IDENTITY,
    RELU,
    /** a is the minimum, b the maximum. */
    CLIP,
    /** With slopes. */
    PRELU,
    HARD_SIGMOID,
    HARD_SWISH,
    /** a is alpha. */
    ELU,
    SELU,
    GELU,
    SIGMOID,
    TANH,
    SILU,
    MISH,
    /** a is beta. */
    SOFTPLUS
  }

  private static final double SELU_SCALE = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;

  private static final float[] NO_SLOPES = {};

  private final Kind kind;
  private final float a;
  private final float b;
  private final float[] slopes;

  private ActivationFunction(Kind kind, float a, float b, float... slopes) {
    this.kind = kind;
    this.a = a;
    this.b = b;
    this.slopes = slopes;
  }

  private static ActivationFunction of(Kind kind) {
    return new ActivationFunction(kind, 0, 0, NO_SLOPES);
  }

  private static ActivationFunction of(Kind kind, float a) {
    return new ActivationFunction(kind, a, 0, NO_SLOPES);
  }

  /** y = x. */
  public static ActivationFunction identity() {
    return of(Kind.IDENTITY);
  }

  /** y = max(x, 0). */
  public static ActivationFunction relu() {
    return of(Kind.RELU);
  }

  /** y = min(max(x, 0), 6). */
  public static ActivationFunction relu6() {
    return clip(0, 6);
  }

  /** y = min(max(x, min), max). */
  public static ActivationFunction clip(float min, float max) {
    return new ActivationFunction(Kind.CLIP, min, max, NO_SLOPES);
  }

  /** y = x for x ≥ 0, else slope·x; the slope is finite. */
  public static ActivationFunction leakyRelu(float slope) {
    return prelu(slope);
  }

  /**
   * y = x for x ≥ 0, else slope·x.
   *
   * @param slopes finite; one for each channel, or one for all
   */
  public static ActivationFunction prelu(float... slopes) {
    return new ActivationFunction(Kind.PRELU, 0, 0, slopes.clone());
  }

  /** y = min(max(x/6 + 1/2, 0), 1). */
  public static ActivationFunction hardSigmoid() {
    return of(Kind.HARD_SIGMOID);
  }

  /** y = x·hardSigmoid(x). */
  public static ActivationFunction hardSwish() {
    return of(Kind.HARD_SWISH);
  }

  /** y = x for x > 0, else alpha·(eˣ − 1). */
  public static ActivationFunction elu(float alpha) {
    return of(Kind.ELU, alpha);
  }

  /** y = 1.0507…·x for x > 0, else 1.0507…·1.6732…·(eˣ − 1). */
  public static ActivationFunction selu() {
    return of(Kind.SELU);
  }

  /** y = x·Φ(x), Φ the normal distribution function: the exact GELU, not its tanh approximation. */
  public static ActivationFunction gelu() {
    return of(Kind.GELU);
  }

  /** y = 1/(1 + e⁻ˣ). */
  public static ActivationFunction sigmoid() {
    return of(Kind.SIGMOID);
  }

  /** The hyperbolic tangent. */
  public static ActivationFunction tanh() {
    return of(Kind.TANH);
  }

  /** y = x/(1 + e⁻ˣ). */
  public static ActivationFunction silu() {
    return of(Kind.SILU);
  }

  /** y = x·tanh(ln(1 + eˣ)). */
  public static ActivationFunction mish() {
    return of(Kind.MISH);
  }

  /** y = ln(1 + e^(beta·x))/beta, beta ≠ 0. */
  public static ActivationFunction softplus(float beta) {
    return of(Kind.SOFTPLUS, beta);
  }

  /** Which function. */
  public Kind kind() {
    return kind;
  }

  /** The first parameter, as {@link Kind} says. */
  public float a() {
    return a;
  }

  /** The second parameter. */
  public float b() {
    return b;
  }

  /** The slope for negative values of a channel, of PRELU. */
  public float slope(int channel) {
    return slopes[slopes.length == 1 ? 0 : channel];
  }

  /** Whether the function is another one for each channel. */
  public boolean dependsOnChannel() {
    return slopes.length > 1;
  }

  /** Applies the function in place to {@code values[from..to)}, all of one channel. */
  void apply(float[] values, int from, int to, int channel) {
    switch (kind) {
      case IDENTITY:
        break;
      case RELU:
        relu(values, from, to);
        break;
      case CLIP:
        clip(values, from, to);
        break;
      case PRELU:
        prelu(values, from, to, slope(channel));
        break;
      case HARD_SIGMOID:
        hardSigmoid(values, from, to);
        break;
      case HARD_SWISH:
        hardSwish(values, from, to);
        break;
      case ELU:
        Exponential.elu(values, from, to, 1, a);
        break;
      case SELU:
        Exponential.elu(values, from, to, SELU_SCALE, SELU_ALPHA);
        break;
      case GELU:
        Exponential.gelu(values, from, to);
        break;
      case SIGMOID:
        Exponential.sigmoid(values, from, to);
        break;
      case TANH:
        Exponential.tanh(values, from, to);
        break;
      case SILU:
        Exponential.silu(values, from, to);
        break;
      case MISH:
        Exponential.mish(values, from, to);
        break;
      case SOFTPLUS:
        Exponential.softplus(values, from, to, a);
        break;
      default:
        throw new AssertionError(kind);
    }
  }

  /** Applies the function in place to the first {@code positions · channels} values. */
  void applyToPositions(float[] values, int positions, int channels) {
    if (dependsOnChannel()) {
      for (int p = 0; p < positions; p++) {
        applyToChannels(values, p * channels, 0, channels);
      }
    } else {
      apply(values, 0, positions * channels, 0);
    }
  }

  /** Applies the function in place to {@code count} values, from one channel to the next. */
  void applyToChannels(float[] values, int from, int channel, int count) {
    if (dependsOnChannel()) {
      for (int c = 0; c < count; c++) {
        float x = values[from + c];
        values[from + c] = Math.max(x, 0) + slopes[channel + c] * Math.min(x, 0);
      }
    } else {
      apply(values, from, from + count, 0);
    }
  }

  // Math.min and Math.max keep NaN, and HotSpot turns them into vector code.

  private static void relu(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] = Math.max(values[i], 0);
    }
  }

  private void clip(float[] values, int from, int to) {
    float min = a;
    float max = b;
    for (int i = from; i < to; i++) {
      values[i] = Math.min(Math.max(values[i], min), max);
    }
  }

  private static void prelu(float[] values, int from, int to, float slope) {
    for (int i = from; i < to; i++) {
      float x = values[i];
      values[i] = Math.max(x, 0) + slope * Math.min(x, 0); // one of them is 0
    }
  }

  private static void hardSigmoid(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] = Math.min(Math.max(values[i] + 3, 0), 6) / 6; // exact where x + 3 cancels
    }
  }

  private static void hardSwish(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      float x = Math.max(values[i], -3);
      values[i] = x * (Math.min(x + 3, 6) / 6);
    }
  }
}
