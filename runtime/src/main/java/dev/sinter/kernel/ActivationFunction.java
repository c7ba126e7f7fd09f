package dev.sinter.kernel;

import java.util.function.DoubleUnaryOperator;

/**
 * An element-wise function of one argument, which may depend on the channel. The definitions are
 * those of {@link dev.sinter.Activation.Function}. NaN stays NaN; at ±∞ each function has its
 * limit.
 *
 * <p>The cheap ones are written with {@link Math#min} and {@link Math#max}, which keep NaN and
 * which HotSpot turns into vector code. The others are computed in double and rounded once.
 */
public abstract class ActivationFunction {
  // Beyond these, in double, what the functions below tend to is reached; they keep ∞·0 and ∞/∞
  // away.
  private static final double FAR_BELOW = -1000;
  private static final double FAR_ABOVE = 40;

  private static final double SELU_SCALE = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;

  private ActivationFunction() {}

  /** Applies the function in place to {@code values[from..to)}, all of one channel. */
  abstract void apply(float[] values, int from, int to, int channel);

  /** Applies the function in place to a whole value. */
  void apply(float[] arena, Slot slot) {
    apply(arena, slot.offset, slot.offset + slot.size(), 0);
  }

  /** y = x. */
  public static ActivationFunction identity() {
    return new Identity();
  }

  /** y = max(x, 0). */
  public static ActivationFunction relu() {
    return new Relu();
  }

  /** y = min(max(x, 0), 6). */
  public static ActivationFunction relu6() {
    return clip(0, 6);
  }

  /** y = min(max(x, min), max). */
  public static ActivationFunction clip(float min, float max) {
    return new Clip(min, max);
  }

  /** y = x for x ≥ 0, else slope·x; the slope is finite. */
  public static ActivationFunction leakyRelu(float slope) {
    return new PRelu(slope);
  }

  /**
   * y = x for x ≥ 0, else slope·x.
   *
   * @param slopes finite; one for each channel, or one for all
   */
  public static ActivationFunction prelu(float... slopes) {
    return new PRelu(slopes.clone());
  }

  /** y = min(max(x/6 + 1/2, 0), 1). */
  public static ActivationFunction hardSigmoid() {
    return new HardSigmoid();
  }

  /** y = x·hardSigmoid(x). */
  public static ActivationFunction hardSwish() {
    return new HardSwish();
  }

  /** y = x for x > 0, else alpha·(eˣ − 1). */
  public static ActivationFunction elu(float alpha) {
    return new InDouble(x -> x > 0 ? x : alpha * Math.expm1(x));
  }

  /** y = 1.0507…·x for x > 0, else 1.0507…·1.6732…·(eˣ − 1). */
  public static ActivationFunction selu() {
    return new InDouble(x -> SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)));
  }

  /** y = x·Φ(x), Φ the normal distribution function: the exact GELU, not its tanh approximation. */
  public static ActivationFunction gelu() {
    return new InDouble(x -> Math.max(x, FAR_BELOW) * Normal.distribution(x));
  }

  /** y = 1/(1 + e⁻ˣ). */
  public static ActivationFunction sigmoid() {
    return new InDouble(x -> 1 / (1 + Math.exp(-x)));
  }

  /** The hyperbolic tangent. */
  public static ActivationFunction tanh() {
    return new InDouble(Math::tanh);
  }

  /** y = x/(1 + e⁻ˣ). */
  public static ActivationFunction silu() {
    return new InDouble(x -> Math.max(x, FAR_BELOW) / (1 + Math.exp(-x)));
  }

  /** y = x·tanh(ln(1 + eˣ)). */
  public static ActivationFunction mish() {
    return new InDouble(
        x -> {
          // tanh(ln(1 + e)) = ((1 + e)² − 1)/((1 + e)² + 1)
          double e = Math.exp(Math.min(x, FAR_ABOVE));
          double n = e * (e + 2);
          return Math.max(x, FAR_BELOW) * (n / (n + 2));
        });
  }

  /** y = ln(1 + e^(beta·x))/beta, beta ≠ 0. */
  public static ActivationFunction softplus(float beta) {
    return new InDouble(
        x -> {
          double z = beta * x;
          return (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))) / beta;
        });
  }

  private static final class Identity extends ActivationFunction {
    @Override
    void apply(float[] values, int from, int to, int channel) {}
  }

  private static final class Relu extends ActivationFunction {
    @Override
    void apply(float[] values, int from, int to, int channel) {
      for (int i = from; i < to; i++) {
        values[i] = Math.max(values[i], 0);
      }
    }
  }

  private static final class Clip extends ActivationFunction {
    private final float min;
    private final float max;

    Clip(float min, float max) {
      this.min = min;
      this.max = max;
    }

    @Override
    void apply(float[] values, int from, int to, int channel) {
      for (int i = from; i < to; i++) {
        values[i] = Math.min(Math.max(values[i], min), max);
      }
    }
  }

  private static final class PRelu extends ActivationFunction {
    private final float[] slopes;

    PRelu(float... slopes) {
      this.slopes = slopes;
    }

    @Override
    void apply(float[] values, int from, int to, int channel) {
      float slope = slopes[slopes.length == 1 ? 0 : channel];
      for (int i = from; i < to; i++) {
        float x = values[i];
        values[i] = Math.max(x, 0) + slope * Math.min(x, 0); // one of them is 0
      }
    }

    @Override
    void apply(float[] arena, Slot slot) {
      int plane = slot.plane();
      for (int c = 0; c < slot.channels; c++) {
        int from = slot.offset + c * plane;
        apply(arena, from, from + plane, c);
      }
    }
  }

  private static final class HardSigmoid extends ActivationFunction {
    @Override
    void apply(float[] values, int from, int to, int channel) {
      for (int i = from; i < to; i++) {
        values[i] = Math.min(Math.max(values[i] + 3, 0), 6) / 6; // exact where x + 3 cancels
      }
    }
  }

  private static final class HardSwish extends ActivationFunction {
    @Override
    void apply(float[] values, int from, int to, int channel) {
      for (int i = from; i < to; i++) {
        float x = Math.max(values[i], -3);
        values[i] = x * (Math.min(x + 3, 6) / 6);
      }
    }
  }

  private static final class InDouble extends ActivationFunction {
    private final DoubleUnaryOperator function;

    InDouble(DoubleUnaryOperator function) {
      this.function = function;
    }

    @Override
    void apply(float[] values, int from, int to, int channel) {
      for (int i = from; i < to; i++) {
        values[i] = (float) function.applyAsDouble(values[i]);
      }
    }
  }
}
