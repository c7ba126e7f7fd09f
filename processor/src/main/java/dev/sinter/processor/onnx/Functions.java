package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Activation.Kind;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Op.Binary.Operation;
import dev.sinter.processor.ir.Op.Elementwise.Function;
import dev.sinter.processor.ir.Tensor;
import java.util.function.DoubleUnaryOperator;

/**
 * Functions of each element that are no activations of our layers: by an operator of their own, or
 * by one of those with a scale before it and another after it.
 */
final class Functions {
  private Functions() {}

  /** One that constants have too. */
  static Operator of(Function function, double parameter, DoubleUnaryOperator ofConstants) {
    return call ->
        call.give(
            0,
            call.input(0) instanceof Constant constant
                ? constant.map(ofConstants)
                : apply(call, call.view(0), new Op.Elementwise(function, parameter)));
  }

  static void thresholdedRelu(Call call) throws Refusal {
    double alpha = call.real("alpha", 1);
    call.give(0, apply(call, call.view(0), new Op.Elementwise(Function.THRESHOLD, alpha)));
  }

  /** max(0, x) + min(0, α·(e^(x/α) − 1)) is α·elu(x/α) for α > 0; below, the inner part is 0. */
  static void celu(Call call) throws Refusal {
    double alpha = call.real("alpha", 1);
    if (!(alpha > 0)) {
      throw new Refusal("has alpha " + alpha + "; Sinter's must be positive");
    }
    call.give(0, scaled(call, 1 / alpha, Activation.of(Kind.ELU, 1), alpha));
  }

  /** γ·elu(x), with α. */
  static void selu(Call call, double alpha, double gamma) throws Refusal {
    call.give(0, scaled(call, 1, Activation.of(Kind.ELU, alpha), gamma));
  }

  /** x·σ(α·x) = silu(α·x)/α. */
  static void swish(Call call) throws Refusal {
    double alpha = call.real("alpha", 1);
    call.give(
        0,
        alpha == 0
            ? Combination.apply(call, Operation.MULTIPLY, call.view(0), Combination.scalar(0.5))
            : scaled(call, alpha, Activation.of(Kind.SILU), 1 / alpha));
  }

  /** after·f(before·x). */
  private static View scaled(Call call, double before, Activation activation, double after)
      throws Refusal {
    View scaled = times(call, call.view(0), before);
    return times(call, apply(call, scaled, new Op.Activate(activation)), after);
  }

  private static View times(Call call, View view, double factor) throws Refusal {
    if (factor == 1) {
      return view;
    }
    Tensor factors = Tensor.filled(call.shape(view.id()).channels(), factor);
    return apply(call, view, Op.Affine.times(factors));
  }

  /** What is done to the elements of a view is done to those of the value below it. */
  static View apply(Call call, View view, Op op) throws Refusal {
    View settled = call.wiring().settledIfPossible(call, view);
    return settled.over(call.add(op, settled.id()));
  }
}
