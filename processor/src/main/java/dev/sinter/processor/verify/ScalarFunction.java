package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Activation;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * An activation function in double.
 *
 * @param definition the function; its relative error is a few units in the last place, except where
 *     it crosses zero
 * @param slope a bound L of its derivative's magnitude, so that |f(a) − f(b)| ≤ L·|a − b|
 */
record ScalarFunction(DoubleUnaryOperator definition, double slope) {
  private static final double SELU_SCALE = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;

  /** The function that is applied to this channel. */
  static ScalarFunction of(Activation activation, int channel) {
    List<Double> parameters = activation.parameters();
    return switch (activation.kind()) {
      case NONE -> new ScalarFunction(x -> x, 1);
      case RELU -> new ScalarFunction(x -> Math.max(x, 0), 1);
      case RELU6 -> clip(0, 6);
      case CLIP -> clip(parameters.get(0), parameters.get(1));
      case LEAKY_RELU -> leakyRelu(parameters.get(0));
      case PRELU -> leakyRelu(parameters.get(parameters.size() == 1 ? 0 : channel));
      case ELU -> elu(parameters.get(0));
      case SELU -> {
        ScalarFunction elu = elu(SELU_ALPHA);
        yield new ScalarFunction(x -> SELU_SCALE * elu.at(x), SELU_SCALE * elu.slope);
      }
      // f″ = φ(x)·(2 − x²), so f′ = Φ(x) + x·φ(x) is largest at √2: 1.12890.
      case GELU -> new ScalarFunction(ScalarFunction::gelu, 1.13);
      // f′ = f·(1 − f)
      case SIGMOID -> new ScalarFunction(ScalarFunction::sigmoid, 0.25);
      // f′ = 1 − f²
      case TANH -> new ScalarFunction(StrictMath::tanh, 1);
      // f′ = σ + x·σ·(1 − σ) is largest where x·tanh(x/2) = 2, at 2.39936: 1.09984.
      case SILU -> new ScalarFunction(x -> x * sigmoid(x), 1.1);
      case HARD_SIGMOID -> new ScalarFunction(ScalarFunction::hardSigmoid, 1.0 / 6);
      // f′ = x/3 + 1/2 up to x = 3.
      case HARD_SWISH -> new ScalarFunction(x -> x * hardSigmoid(x), 1.5);
      // With w = tanh(ln(1 + eˣ)), f′ = w + x·(1 − w²)·σ is largest at 1.49057: 1.08850.
      case MISH -> new ScalarFunction(x -> x * StrictMath.tanh(softplus(x)), 1.09);
      case SOFTPLUS -> softplusOf(parameters.get(0));
    };
  }

  double at(double x) {
    return definition.applyAsDouble(x);
  }

  private static ScalarFunction clip(double least, double greatest) {
    return new ScalarFunction(x -> Math.min(Math.max(x, least), greatest), 1);
  }

  private static ScalarFunction leakyRelu(double alpha) {
    return new ScalarFunction(x -> x >= 0 ? x : alpha * x, Math.max(1, Math.abs(alpha)));
  }

  /** f′ = α·eˣ below zero. */
  private static ScalarFunction elu(double alpha) {
    return new ScalarFunction(
        x -> x > 0 ? x : alpha * StrictMath.expm1(x), Math.max(1, Math.abs(alpha)));
  }

  /** f′ = σ(β·x). */
  private static ScalarFunction softplusOf(double beta) {
    return new ScalarFunction(x -> softplus(beta * x) / beta, 1);
  }

  /** Φ(x) = erfc(−x/√2)/2. */
  private static double gelu(double x) {
    return x * ErrorFunction.complement(-x * Math.sqrt(0.5)) / 2;
  }

  /** Where e⁻ˣ overflows the quotient is 0, as it should be. */
  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  private static double hardSigmoid(double x) {
    return Math.min(Math.max(x / 6 + 0.5, 0), 1);
  }

  /** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|), which does not overflow. */
  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }
}
