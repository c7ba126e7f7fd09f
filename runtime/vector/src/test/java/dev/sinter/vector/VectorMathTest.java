package dev.sinter.vector;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Normal;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/**
 * The functions against double. Errors are counted in u = 2⁻²⁴ of the result, for which {@link
 * VectorMath} derives: 4 for an exponential; 12 for what is made of it by a few operations; of
 * softplus further |βx|. Below e^−87.3 results are 0.
 */
final class VectorMathTest {
  private static final double U = 0x1p-24;
  private static final double LEAST = Math.exp(-87.3);

  /** Floats of all sizes, both signs, and what is special. */
  private static float[] inputs() {
    int lanes = Gemm.LANES;
    float[] x = new float[1000 * lanes];
    float[] specials = {
      0,
      -0f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      -87.3f,
      -88,
      -103.9f
    };
    System.arraycopy(specials, 0, x, 0, specials.length);
    Random random = new Random(15);
    for (int i = specials.length; i < x.length; i++) {
      double size = i % 2 == 0 ? 20 * random.nextDouble() : Math.exp(10 * random.nextGaussian());
      x[i] = (float) (random.nextBoolean() ? size : -size);
    }
    return x;
  }

  private static void check(
      ActivationFunction function, DoubleUnaryOperator exact, DoubleUnaryOperator roundings) {
    float[] x = inputs();
    float[] y = x.clone();
    VectorMath.apply(function, y, 0, y.length);
    for (int i = 0; i < x.length; i++) {
      double expected = exact.applyAsDouble(x[i]);
      double error = roundings.applyAsDouble(x[i]) * U * Math.abs(expected);
      // Where the exponential has become 0, and a function's magnitude is below 1000 of it.
      double least = Math.max(1, Math.min(1000, Math.abs(x[i]))) * LEAST;
      String place = function.kind() + " of " + x[i];
      boolean overflows = Math.abs(expected) > Float.MAX_VALUE;
      Rig.assertClose(place, y[i], overflows ? (float) expected : expected, error + least);
    }
  }

  private static void check(ActivationFunction function, DoubleUnaryOperator exact) {
    check(function, exact, x -> 12);
  }

  @Test
  void sigmoidAndTanh() {
    check(ActivationFunction.sigmoid(), x -> 1 / (1 + Math.exp(-x)));
    check(ActivationFunction.tanh(), Math::tanh);
  }

  @Test
  void siluAndMish() {
    check(ActivationFunction.silu(), x -> x < -700 ? 0 : x / (1 + Math.exp(-x)));
    check(ActivationFunction.mish(), x -> x < -700 ? 0 : x * Math.tanh(Math.log1p(Math.exp(x))));
  }

  @Test
  void eluAndSelu() {
    double scale = 1.0507009873554805;
    double alpha = 1.6732632423543772;
    check(ActivationFunction.elu(0.5f), x -> x > 0 ? x : 0.5 * Math.expm1(x));
    check(ActivationFunction.selu(), x -> scale * (x > 0 ? x : alpha * Math.expm1(x)));
  }

  /** {@link Normal} is another evaluation of the same series, with three terms more. */
  @Test
  void gelu() {
    check(ActivationFunction.gelu(), x -> x < -40 ? 0 : x * Normal.distribution(x));
  }

  /** Where βx overflows the floats, the result is infinite. */
  @Test
  void softplus() {
    for (float beta : new float[] {1, 2.5f}) {
      check(
          ActivationFunction.softplus(beta),
          x -> {
            double z = Math.abs(beta * x) > Float.MAX_VALUE ? (float) (beta * x) : beta * x;
            return (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))) / beta;
          },
          x -> 12 + Math.min(100, Math.abs(beta * x)));
    }
  }

  /** The sum x + 3 rounded as in the definition, then a quotient and a product: 2 roundings. */
  @Test
  void hardSigmoidAndHardSwish() {
    check(
        ActivationFunction.hardSigmoid(), x -> Math.min(Math.max(((float) x + 3f), 0.0), 6.0) / 6);
    check(
        ActivationFunction.hardSwish(),
        x -> x < -3 ? 0 : x * (Math.min(((float) x + 3f), 6.0) / 6));
  }

  @Test
  void clipKeepsItsBoundsAndNaN() {
    float[] x = inputs();
    float[] y = x.clone();
    VectorMath.apply(ActivationFunction.relu6(), y, 0, y.length);
    for (int i = 0; i < x.length; i++) {
      assertThat(y[i] + 0f).isEqualTo(Math.min(Math.max(x[i], 0f), 6f) + 0f);
    }
  }

  /** 4u, from −87.3 on; 0 from −88 on. */
  @Test
  void exponential() {
    int lanes = Gemm.LANES;
    float[] t = new float[1000 * lanes];
    float[] e = new float[t.length];
    for (int i = 0; i < t.length; i++) {
      t[i] = -87.3f * i / t.length;
    }
    for (int i = 0; i < t.length; i += lanes) {
      FloatVector x = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, t, i);
      VectorMath.exp(x).intoArray(e, i);
    }
    for (int i = 0; i < t.length; i++) {
      double expected = Math.exp(t[i]);
      assertWithMessage("exp(%s)", t[i])
          .that((double) e[i])
          .isWithin(4 * U * expected)
          .of(expected);
    }
  }
}
