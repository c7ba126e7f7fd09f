package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import java.util.function.DoubleUnaryOperator;

/**
 * A function of {@link Op.Elementwise} in double, and the magnitude of its derivative.
 *
 * @param definition the function
 * @param derivative |f′|
 */
record PointFunction(DoubleUnaryOperator definition, DoubleUnaryOperator derivative) {
  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final double CUBE = 0.044715;

  static PointFunction of(Op.Elementwise.Function function, double parameter) {
    return switch (function) {
      case ABS -> new PointFunction(Math::abs, x -> 1);
      case EXP -> new PointFunction(StrictMath::exp, StrictMath::exp);
      case LOG -> new PointFunction(StrictMath::log, x -> 1 / Math.abs(x));
      case POWER ->
          new PointFunction(
              x -> StrictMath.pow(x, parameter),
              x -> Math.abs(parameter * StrictMath.pow(x, parameter - 1)));
      case SOFTSIGN ->
          new PointFunction(
              x -> x / (1 + Math.abs(x)), x -> 1 / ((1 + Math.abs(x)) * (1 + Math.abs(x))));
      case THRESHOLD -> new PointFunction(x -> x > parameter ? x : x * 0, x -> 1);
      // As GELU's own, the slope is at most 1.13.
      case GELU_TANH -> new PointFunction(PointFunction::gelu, x -> 1.13);
    };
  }

  /** x·(1 + tanh z)/2 = x/(1 + e^(−2z)), which does not cancel. */
  private static double gelu(double x) {
    return x / (1 + StrictMath.exp(-2 * ROOT * (x + CUBE * x * x * x)));
  }

  double at(double x) {
    return definition.applyAsDouble(x);
  }

  double slope(double x) {
    return derivative.applyAsDouble(x);
  }
}
