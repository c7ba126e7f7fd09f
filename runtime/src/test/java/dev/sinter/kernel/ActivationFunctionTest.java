package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.NaN;
import static java.lang.Float.POSITIVE_INFINITY;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ActivationFunctionTest {
  /** Arguments that floats hold exactly. The values in the tests belong to them, one by one. */
  private static final float[] X = {
    -100, -87.5f, -40, -10, -5.5f, -3, -1, -0.5f, -0x1p-10f, 0x1p-10f, 0.5f, 1, 3, 10, 20.5f, 40,
    100
  };

  // The values were computed from the definitions with mpmath, in 60 digits, and cut to 10.

  @Test
  void elu() {
    check(
        ActivationFunction.elu(1.5f),
        -1.5,
        -1.5,
        -1.5,
        -1.4999319,
        -1.493869843,
        -1.425319397,
        -0.9481808382,
        -0.5902040104,
        -0.001464128727,
        0.0009765625,
        0.5,
        1,
        3,
        10,
        20.5,
        40,
        100);
  }

  @Test
  void selu() {
    check(
        ActivationFunction.selu(),
        -1.758099341,
        -1.758099341,
        -1.758099341,
        -1.758019523,
        -1.750914391,
        -1.670568729,
        -1.111330738,
        -0.6917581878,
        -0.001716055833,
        0.001026075183,
        0.5253504937,
        1.050700987,
        3.152102962,
        10.50700987,
        21.53937024,
        42.02803949,
        105.0700987);
  }

  @Test
  void gelu() {
    check(
        ActivationFunction.gelu(),
        0,
        0,
        0,
        -7.619853024e-23,
        -1.044425936e-7,
        -0.004049694095,
        -0.1586552539,
        -0.1542687694,
        -0.0004879007891,
        0.0004886617109,
        0.3457312306,
        0.8413447461,
        2.995950306,
        10,
        20.5,
        40,
        100);
  }

  @Test
  void sigmoid() {
    check(
        ActivationFunction.sigmoid(),
        3.720075976e-44,
        9.982350931e-39,
        4.248354255e-18,
        4.53978687e-5,
        0.004070137716,
        0.04742587318,
        0.2689414214,
        0.3775406688,
        0.4997558594,
        0.5002441406,
        0.6224593312,
        0.7310585786,
        0.9525741268,
        0.9999546021,
        0.9999999987,
        1,
        1);
  }

  @Test
  void tanh() {
    check(
        ActivationFunction.tanh(),
        -1,
        -1,
        -1,
        -0.9999999959,
        -0.9999665972,
        -0.9950547537,
        -0.761594156,
        -0.4621171573,
        -0.0009765621896,
        0.0009765621896,
        0.4621171573,
        0.761594156,
        0.9950547537,
        0.9999999959,
        1,
        1,
        1);
  }

  @Test
  void silu() {
    check(
        ActivationFunction.silu(),
        -3.720075976e-42,
        -8.734557064e-37,
        -1.699341702e-16,
        -0.000453978687,
        -0.02238575744,
        -0.1422776195,
        -0.2689414214,
        -0.1887703344,
        -0.0004880428314,
        0.0004885196686,
        0.3112296656,
        0.7310585786,
        2.85772238,
        9.999546021,
        20.49999997,
        40,
        100);
  }

  @Test
  void mish() {
    check(
        ActivationFunction.mish(),
        -3.720075976e-42,
        -8.734557064e-37,
        -1.699341702e-16,
        -0.0004539889919,
        -0.02243131362,
        -0.1456474613,
        -0.3034014614,
        -0.2207437747,
        -0.0005856323094,
        0.0005862426608,
        0.3752452113,
        0.8650983883,
        2.986535005,
        9.999999959,
        20.5,
        40,
        100);
  }

  @Test
  void softplus() {
    check(
        ActivationFunction.softplus(2),
        0,
        0,
        9.024256939e-36,
        1.03057681e-9,
        8.350780659e-6,
        0.001237842569,
        0.06346400552,
        0.1566308438,
        0.3460855474,
        0.3470621099,
        0.6566308438,
        1.063464006,
        3.001237843,
        10,
        20.5,
        40,
        100);
  }

  /**
   * Half an ulp of the float, 2⁻²⁴ of the value or half the least float, and as much again for what
   * was computed in double and for the values' own ten digits.
   */
  private static void check(ActivationFunction function, double... expected) {
    assertThat(expected).hasLength(X.length);
    for (int i = 0; i < X.length; i++) {
      assertWithMessage("at %s", X[i])
          .that((double) apply(function, X[i]))
          .isWithin(0x1p-23 * Math.abs(expected[i]) + Float.MIN_VALUE)
          .of(expected[i]);
    }
  }

  @Test
  void hardSigmoid() {
    checkExactly(ActivationFunction.hardSigmoid(), new float[] {-4, -3, 0, 3, 4}, 0, 0, 0.5f, 1, 1);
    float x = Math.nextUp(-3f);
    assertThat(apply(ActivationFunction.hardSigmoid(), x)).isEqualTo((float) ((x + 3.0) / 6));
  }

  @Test
  void hardSwish() {
    checkExactly(ActivationFunction.hardSwish(), new float[] {-4, -3, 0, 3, 4}, -0f, -0f, 0, 3, 4);
    checkExactly(ActivationFunction.hardSwish(), new float[] {-1.5f, 1.5f}, -0.375f, 1.125f);
    assertThat(apply(ActivationFunction.hardSwish(), 1e30f)).isEqualTo(1e30f);
  }

  @Test
  void piecewiseLinear() {
    float[] x = {-1e30f, -8, -0.5f, 0, 0.5f, 8, 1e30f};
    checkExactly(ActivationFunction.identity(), x, x);
    checkExactly(ActivationFunction.relu(), x, 0, 0, 0, 0, 0.5f, 8, 1e30f);
    checkExactly(ActivationFunction.relu6(), x, 0, 0, 0, 0, 0.5f, 6, 6);
    checkExactly(ActivationFunction.clip(-1, 2), x, -1, -1, -0.5f, 0, 0.5f, 2, 2);
    checkExactly(ActivationFunction.leakyRelu(0.25f), x, -2.5e29f, -2, -0.125f, 0, 0.5f, 8, 1e30f);
    checkExactly(ActivationFunction.leakyRelu(2), x, -2e30f, -16, -1, 0, 0.5f, 8, 1e30f);
    checkExactly(ActivationFunction.leakyRelu(-1), x, 1e30f, 8, 0.5f, 0, 0.5f, 8, 1e30f);
  }

  @Test
  void preluTakesTheSlopeOfTheChannel() {
    float[] slopes = {0.5f, 0.25f};
    ActivationFunction prelu = ActivationFunction.prelu(slopes);
    slopes[1] = 99;
    float[] values = {-8, -8, -8};
    prelu.apply(values, 1, 2, 1);
    assertThat(values).isEqualTo(new float[] {-8, -2, -8});
    assertThat(apply(ActivationFunction.prelu(0.5f), -8)).isEqualTo(-4);
  }

  @Test
  void nothingButTheRangeChanges() {
    all()
        .forEach(
            (name, function) -> {
              float[] values = {-7, -7, -7, -7};
              function.apply(values, 1, 3, 0);
              float y = apply(function, -7);
              assertWithMessage(name).that(values).isEqualTo(new float[] {-7, y, y, -7});
            });
  }

  @Test
  void nanStaysNaN() {
    all().forEach((name, function) -> assertWithMessage(name).that(apply(function, NaN)).isNaN());
  }

  /**
   * The limits, at infinity and at ±1e30, where a formula written down naively gives ∞/∞ or 0·∞.
   */
  @Test
  void limits() {
    float huge = 1e30f;
    float[] below = {NEGATIVE_INFINITY, -huge};
    float[] above = {huge, POSITIVE_INFINITY};
    checkExactly(ActivationFunction.identity(), below, below);
    for (String name : new String[] {"relu", "relu6", "sigmoid", "hardSigmoid", "softplus"}) {
      checkExactly(function(name), below, 0, 0);
    }
    for (String name : new String[] {"gelu", "silu", "mish", "hardSwish"}) {
      checkExactly(function(name), below, -0f, -0f);
    }
    for (String name : new String[] {"sigmoid", "tanh", "hardSigmoid"}) {
      checkExactly(function(name), above, 1, 1);
    }
    for (String name :
        new String[] {
          "identity", "relu", "leakyRelu", "elu", "gelu", "silu", "hardSwish", "mish", "softplus"
        }) {
      checkExactly(function(name), above, above);
    }
    checkExactly(function("relu6"), above, 6, 6);
    checkExactly(function("clip"), above, 2, 2);
    checkExactly(function("clip"), below, -1, -1);
    checkExactly(function("tanh"), below, -1, -1);
    checkExactly(function("elu"), below, -1.5f, -1.5f);
    checkExactly(function("selu"), below, -1.7580993f, -1.7580993f);
    checkExactly(function("selu"), above, 1.050701e30f, POSITIVE_INFINITY);
    checkExactly(function("leakyRelu"), below, NEGATIVE_INFINITY, -2.5e29f);
  }

  /** At 0 and at the smallest floats the functions are their tangents. */
  @Test
  void aroundZero() {
    for (float x : new float[] {-Float.MIN_NORMAL, -0f, 0f, Float.MIN_NORMAL}) {
      assertThat(apply(function("tanh"), x)).isEqualTo(x);
      assertThat(apply(function("gelu"), x)).isEqualTo(x / 2);
      assertThat(apply(function("silu"), x)).isEqualTo(x / 2);
      assertThat(apply(function("sigmoid"), x)).isEqualTo(0.5f);
      assertThat(apply(function("softplus"), x)).isEqualTo((float) (Math.log(2) / 2));
    }
    assertThat(apply(function("elu"), -Float.MIN_NORMAL)).isEqualTo(-1.5f * Float.MIN_NORMAL);
  }

  private static Map<String, ActivationFunction> all() {
    Map<String, ActivationFunction> all = new LinkedHashMap<>();
    all.put("identity", ActivationFunction.identity());
    all.put("relu", ActivationFunction.relu());
    all.put("relu6", ActivationFunction.relu6());
    all.put("leakyRelu", ActivationFunction.leakyRelu(0.25f));
    all.put("elu", ActivationFunction.elu(1.5f));
    all.put("selu", ActivationFunction.selu());
    all.put("gelu", ActivationFunction.gelu());
    all.put("sigmoid", ActivationFunction.sigmoid());
    all.put("tanh", ActivationFunction.tanh());
    all.put("silu", ActivationFunction.silu());
    all.put("hardSigmoid", ActivationFunction.hardSigmoid());
    all.put("hardSwish", ActivationFunction.hardSwish());
    all.put("mish", ActivationFunction.mish());
    all.put("softplus", ActivationFunction.softplus(2));
    all.put("clip", ActivationFunction.clip(-1, 2));
    all.put("prelu", ActivationFunction.prelu(0.5f));
    return all;
  }

  private static ActivationFunction function(String name) {
    return all().get(name);
  }

  private static void checkExactly(ActivationFunction function, float[] x, float... expected) {
    assertThat(apply(function, x)).isEqualTo(expected);
  }

  private static float apply(ActivationFunction function, float x) {
    return apply(function, new float[] {x})[0];
  }

  private static float[] apply(ActivationFunction function, float[] x) {
    float[] values = x.clone();
    function.apply(values, 0, values.length, 0);
    return values;
  }
}
