package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Normal;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Activation functions on vectors of floats, in place. Each is a loop of its own, which HotSpot
 * compiles without boxing a vector.
 *
 * <p>With u = 2⁻²⁴, the largest relative error of a rounding: e<sup>t</sup> for t ≤ 0 is
 * 2<sup>k</sup>·(1 + p(r)), r = t − k·ln 2 in two steps. |r| ≤ 0.35, so Taylor's polynomial of
 * degree 7 is cut at r⁷/8! &lt; 0.3u of its value and evaluated within 2u; r has an error of u·|r|
 * and of the rest of ln 2. Together e<sup>t</sup> and e<sup>t</sup> − 1 are within 4u. What is
 * built of them by a few operations without cancellation is within 12u, softplus further within
 * u·|βx|, the rounding of βx. Below e<sup>−87.3</sup> results are 0.
 *
 * <p>NaN stays NaN since comparisons with it are false and every result depends on x.
 */
final class VectorMath {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0x1.63p-1f; // 9 bits, so that k·LN2_HIGH is exact
  private static final float LN2_LOW = -2.1219444e-4f;
  private static final float ROUNDER = 0x1.8p23f; // x + ROUNDER is rounded to an integer
  private static final float LOWEST = -88; // 2^k is 0 there
  private static final float FAR_BELOW = -1000; // times 0 is 0

  private static final float SELU_SCALE = 1.050701f;
  private static final float SELU_ALPHA = 1.6732632f;

  private static final float[] NORMAL = Normal.coefficients(12);

  private VectorMath() {}

  /** min(max(x, low), high), by comparisons: HotSpot's max and min are slow. */
  static FloatVector clip(FloatVector x, float low, float high) {
    FloatVector y = x.blend(low, x.lt(low));
    return y.blend(high, y.compare(VectorOperators.GT, high));
  }

  /**
   * Applies a function of one parameter set to {@code values[at, at + count)}.
   *
   * @param count a multiple of the lanes
   */
  static void apply(ActivationFunction function, float[] values, int at, int count) {
    int to = at + count;
    switch (function.kind()) {
      case IDENTITY:
        break;
      case RELU:
        clip(values, at, to, 0, Float.POSITIVE_INFINITY);
        break;
      case CLIP:
        clip(values, at, to, function.a(), function.b());
        break;
      case HARD_SIGMOID:
        hardSigmoid(values, at, to);
        break;
      case HARD_SWISH:
        hardSwish(values, at, to);
        break;
      case ELU:
        elu(values, at, to, 1, function.a());
        break;
      case SELU:
        elu(values, at, to, SELU_SCALE, SELU_SCALE * SELU_ALPHA);
        break;
      case GELU:
        gelu(values, at, to);
        break;
      case SIGMOID:
        sigmoid(values, at, to);
        break;
      case TANH:
        tanh(values, at, to);
        break;
      case SILU:
        silu(values, at, to);
        break;
      case MISH:
        mish(values, at, to);
        break;
      case SOFTPLUS:
        softplus(values, at, to, function.a());
        break;
      default:
        throw new IllegalArgumentException(function.kind() + " depends on the channel.");
    }
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  private static void clip(float[] values, int from, int to, float low, float high) {
    for (int i = from; i < to; i += LANES) {
      clip(load(values, i), low, high).intoArray(values, i);
    }
  }

  private static void hardSigmoid(float[] values, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      clip(load(values, i).add(3), 0, 6).div(6).intoArray(values, i);
    }
  }

  private static void hardSwish(float[] values, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      FloatVector x = load(values, i);
      FloatVector y = x.blend(-3, x.lt(-3));
      FloatVector z = y.add(3);
      y.mul(z.blend(6, z.compare(VectorOperators.GT, 6)).div(6)).intoArray(values, i);
    }
  }

  private static void elu(float[] values, int from, int to, float scale, float alpha) {
    for (int i = from; i < to; i += LANES) {
      FloatVector x = load(values, i);
      VectorMask<Float> above = x.compare(VectorOperators.GT, 0);
      FloatVector below = expm1(x.blend(0, above)).mul(alpha);
      below.blend(x.mul(scale), above).intoArray(values, i);
    }
  }

  private static void sigmoid(float[] values, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      sigmoid(load(values, i)).intoArray(values, i);
    }
  }

  private static void silu(float[] values, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      FloatVector x = load(values, i);
      FloatVector y = x.blend(FAR_BELOW, x.lt(FAR_BELOW));
      sigmoid(y).mul(y).intoArray(values, i);
    }
  }

  /** With e = exp(−|x|): 1/(1 + e) for x ≥ 0, e/(1 + e) for x &lt; 0. */
  private static FloatVector sigmoid(FloatVector x) {
    FloatVector e = exp(negativeAbs(x));
    return constant(1).blend(e, x.lt(0)).div(e.add(1));
  }

  /** With m = exp(−2|x|) − 1: tanh |x| = −m/(2 + m). */
  private static void tanh(float[] values, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      FloatVector x = load(values, i);
      FloatVector m = expm1(negativeAbs(x).mul(2));
      FloatVector below = m.div(m.add(2));
      below.blend(below.neg(), x.compare(VectorOperators.GE, 0)).intoArray(values, i);
    }
  }

  /**
   * tanh(ln(1 + eˣ)) = n/(n + 2), n = eˣ·(eˣ + 2). With e = exp(−|x|), that is (1 + 2e)/(1 + 2e +
   * 2e²) for x ≥ 0 and (e² + 2e)/(e² + 2e + 2) for x &lt; 0.
   */
  private static void mish(float[] values, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      FloatVector x = load(values, i);
      FloatVector y = x.blend(FAR_BELOW, x.lt(FAR_BELOW));
      FloatVector e = exp(negativeAbs(x));
      FloatVector square = e.mul(e);
      VectorMask<Float> below = x.lt(0);
      FloatVector n = e.add(e).add(constant(1).blend(square, below));
      FloatVector rest = square.add(square).blend(2, below);
      n.div(n.add(rest)).mul(y).intoArray(values, i);
    }
  }

  /**
   * (max(z, 0) + ln(1 + e))/β with z = βx, e = exp(−|z|). ln(1 + e) = 2·artanh(s), s = e/(2 + e) ≤
   * 1/3: the series is cut at s¹⁶/17 &lt; 2⁻²⁹ of it.
   */
  private static void softplus(float[] values, int from, int to, float beta) {
    for (int i = from; i < to; i += LANES) {
      FloatVector z = load(values, i).mul(beta);
      FloatVector e = exp(negativeAbs(z));
      FloatVector s = e.div(e.add(2));
      FloatVector q = s.mul(s);
      FloatVector p = q.mul(1f / 15).add(1f / 13);
      p = p.fma(q, constant(1f / 11)).fma(q, constant(1f / 9)).fma(q, constant(1f / 7));
      p = p.fma(q, constant(1f / 5)).fma(q, constant(1f / 3)).fma(q, constant(1));
      FloatVector log = s.add(s).mul(p);
      z.blend(0, z.lt(0)).add(log).div(beta).intoArray(values, i);
    }
  }

  /**
   * x·Φ(x), Φ(−|x|) = exp(−x²/2)·{@linkplain Normal#coefficients series}/(1 + √2·|x|). The square's
   * rounding error, which the exponential would magnify, is found by a fused multiplication and put
   * right.
   */
  private static void gelu(float[] values, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      FloatVector x = load(values, i);
      FloatVector y = x.blend(FAR_BELOW, x.lt(FAR_BELOW));
      y = y.blend(-FAR_BELOW, y.compare(VectorOperators.GT, -FAR_BELOW));
      FloatVector tail = normalTail(y);
      FloatVector phi = constant(1).sub(tail).blend(tail, y.lt(0));
      phi.mul(x.blend(y, x.lt(0))).intoArray(values, i);
    }
  }

  private static FloatVector normalTail(FloatVector x) {
    FloatVector z = negativeAbs(x).mul((float) -Math.sqrt(0.5));
    FloatVector t = constant((float) (-2 * Normal.K)).div(z.add((float) Normal.K)).add(1);
    FloatVector p = constant(NORMAL[11]).fma(t, constant(NORMAL[10]));
    p = p.fma(t, constant(NORMAL[9])).fma(t, constant(NORMAL[8])).fma(t, constant(NORMAL[7]));
    p = p.fma(t, constant(NORMAL[6])).fma(t, constant(NORMAL[5])).fma(t, constant(NORMAL[4]));
    p = p.fma(t, constant(NORMAL[3])).fma(t, constant(NORMAL[2])).fma(t, constant(NORMAL[1]));
    p = p.fma(t, constant(NORMAL[0])).div(z.add(z).add(1));
    FloatVector square = x.mul(x);
    FloatVector rest = x.fma(x, square.neg()).mul(-0.5f).add(1);
    return exp(square.mul(-0.5f)).mul(rest).mul(p);
  }

  private static FloatVector negativeAbs(FloatVector x) {
    return x.blend(x.neg(), x.compare(VectorOperators.GT, 0));
  }

  /** eᵗ for t ≤ 0. */
  static FloatVector exp(FloatVector t) {
    FloatVector x = t.blend(LOWEST, t.lt(LOWEST));
    FloatVector rounded = x.mul(LOG2_E).add(ROUNDER);
    return fraction(x, rounded.sub(ROUNDER)).add(1).mul(power(rounded));
  }

  /** eᵗ − 1 for t ≤ 0, = 2ᵏ·p + (2ᵏ − 1). */
  private static FloatVector expm1(FloatVector t) {
    FloatVector x = t.blend(LOWEST, t.lt(LOWEST));
    FloatVector rounded = x.mul(LOG2_E).add(ROUNDER);
    FloatVector power = power(rounded);
    return fraction(x, rounded.sub(ROUNDER)).fma(power, power.sub(1));
  }

  /** eʳ − 1 for r = x − k·ln 2, |r| ≤ ln 2/2. */
  private static FloatVector fraction(FloatVector x, FloatVector k) {
    FloatVector r = k.fma(constant(-LN2_HIGH), x);
    r = k.fma(constant(-LN2_LOW), r);
    FloatVector q = r.mul(1f / 5040).add(1f / 720);
    q = q.fma(r, constant(1f / 120)).fma(r, constant(1f / 24)).fma(r, constant(1f / 6));
    q = q.fma(r, constant(0.5f));
    return q.fma(r.mul(r), r);
  }

  /** 2ᵏ, k the low bits of what was rounded; 0 for k = −127. */
  private static FloatVector power(FloatVector rounded) {
    IntVector k = rounded.reinterpretAsInts();
    return k.lanewise(VectorOperators.LSHL, 23).add(127 << 23).reinterpretAsFloats();
  }
}
