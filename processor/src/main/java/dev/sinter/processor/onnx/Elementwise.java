package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Activation.Kind;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Op.Binary.Operation;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;

/**
 * Operators that make each element from those at the same place. What they do to the elements of a
 * view they do to those of the value below it, so that the order does not matter.
 */
final class Elementwise {
  private static final double SELU_ALPHA = 1.6732631921768188;
  private static final double SELU_GAMMA = 1.0507010221481323;

  private Elementwise() {}

  /** An activation function that has no parameters of its own. */
  static Operator function(Kind kind) {
    return call -> apply(call, new Op.Activate(Activation.of(kind)));
  }

  /** One whose parameter α is an attribute. */
  static Operator function(Kind kind, double alpha) {
    return call -> apply(call, new Op.Activate(Activation.of(kind, call.real("alpha", alpha))));
  }

  static void softplus(Call call) throws Refusal {
    apply(call, new Op.Activate(Activation.of(Kind.SOFTPLUS, 1)));
  }

  static void selu(Call call) throws Refusal {
    double alpha = call.real("alpha", (float) SELU_ALPHA);
    double gamma = call.real("gamma", (float) SELU_GAMMA);
    if ((float) alpha != (float) SELU_ALPHA || (float) gamma != (float) SELU_GAMMA) {
      Functions.selu(call, alpha, gamma);
      return;
    }
    apply(call, new Op.Activate(Activation.of(Kind.SELU)));
  }

  static void gelu(Call call) throws Refusal {
    String approximate = call.text("approximate", "none");
    if (approximate.equals("tanh")) {
      apply(call, new Op.Elementwise(Op.Elementwise.Function.GELU_TANH, 0));
    } else if (approximate.equals("none")) {
      apply(call, new Op.Activate(Activation.of(Kind.GELU)));
    } else {
      throw new Refusal("has the unknown approximation '" + approximate + "'");
    }
  }

  /** max(0, min(1, α·x + β)). */
  static void hardSigmoid(Call call) throws Refusal {
    double alpha = call.real("alpha", 0.2f);
    double beta = call.real("beta", 0.5);
    View view = settled(call, 0);
    if ((float) alpha == (float) (1 / 6.0) && beta == 0.5) {
      apply(call, new Op.Activate(Activation.of(Kind.HARD_SIGMOID)));
      return;
    }
    int channels = call.shape(view.id()).channels();
    Op.Affine affine =
        new Op.Affine(
            Tensor.filled(channels, alpha),
            Tensor.filled(channels, beta),
            Activation.of(Kind.CLIP, 0, 1));
    call.give(0, view.over(call.add(affine, view.id())));
  }

  /** Bounds are attributes up to version 10, and inputs later. */
  static void clip(Call call) throws Refusal {
    double least = bound(call, "min", 1, -Float.MAX_VALUE);
    double greatest = bound(call, "max", 2, Float.MAX_VALUE);
    // Where they cross, the maximum holds.
    apply(call, new Op.Activate(clipping(Math.min(least, greatest), greatest)));
  }

  private static Activation clipping(double least, double greatest) {
    if (least == 0 && greatest == Float.MAX_VALUE) {
      return Activation.of(Kind.RELU);
    }
    return least == 0 && greatest == 6
        ? Activation.of(Kind.RELU6)
        : Activation.of(Kind.CLIP, least, greatest);
  }

  private static double bound(Call call, String name, int index, double otherwise) throws Refusal {
    if (!call.hasInput(index)) {
      return finite(call.real(name, otherwise));
    }
    Constant bound = call.constant(index, name);
    if (bound.values().size() != 1) {
      throw new Refusal("has the bound '" + bound.name() + "' of shape " + bound.dims());
    }
    return finite(bound.values().get(0));
  }

  /** Infinite bounds bound nothing. */
  private static double finite(double bound) throws Refusal {
    if (Double.isNaN(bound)) {
      throw new Refusal("has a bound that is no number");
    }
    return Math.max(-Float.MAX_VALUE, Math.min(bound, Float.MAX_VALUE));
  }

  /** One slope, one for each channel, or else max(x, 0) + slope·min(x, 0). */
  static void pRelu(Call call) throws Refusal {
    View view = settled(call, 0);
    Constant slope = new Constant("slope", call.weights(1, "slope"), false);
    boolean fits = Broadcast.shape(view.dims(), slope.dims()).equals(view.dims());
    Optional<Tensor> slopes = fits ? Combination.perChannel(call, view, slope) : Optional.empty();
    if (slopes.isEmpty()) {
      Op negative = new Op.Activate(Activation.of(Kind.CLIP, -Float.MAX_VALUE, 0));
      Op positive = new Op.Activate(Activation.of(Kind.RELU));
      View below = view.over(call.add(negative, view.id()));
      View above = view.over(call.add(positive, view.id()));
      Operand scaled = Combination.apply(call, Operation.MULTIPLY, below, slope);
      call.give(0, Combination.apply(call, Operation.ADD, above, scaled));
      return;
    }
    double[] each =
        slope.values().size() == 1 ? slope.values().toDoubles() : slopes.get().toDoubles();
    Op op = new Op.Activate(Activation.of(Kind.PRELU, each));
    call.give(0, view.over(call.add(op, view.id())));
  }

  private static void apply(Call call, Op op) throws Refusal {
    View view = settled(call, 0);
    call.give(0, view.over(call.add(op, view.id())));
  }

  private static View settled(Call call, int input) throws Refusal {
    return call.wiring().settledIfPossible(call, call.view(input));
  }

  /** Statistics, γ and β are for axis 1. */
  static void batchNorm(Call call) throws Refusal {
    if (call.flag("training_mode")) {
      throw new Refusal(
          "is in training mode, in which it depends on the whole batch; export the model for"
              + " inference, as after model.eval()");
    }
    if (call.integer("spatial", 1) == 0) {
      throw new Refusal(
          "has spatial = 0, statistics for each element; Sinter's have one for each channel");
    }
    int input = call.value(0);
    // The decimal that was written, not its rounding to float: a declared one has that too.
    double epsilon = Double.parseDouble(Float.toString((float) call.real("epsilon", 1e-5f)));
    Tensor variance = call.weights(4, "variance");
    for (int c = 0; c < variance.size(); c++) {
      if (!(variance.get(c) + epsilon > 0)) {
        throw new Refusal(
            "has the variance "
                + variance.get(c)
                + " at channel "
                + c
                + ", so σ² + ε (ε = "
                + epsilon
                + ") is not positive and has no root");
      }
    }
    call.give(
        new Op.BatchNorm(
            call.weights(1, "scale"),
            call.weights(2, "B"),
            call.weights(3, "mean"),
            variance,
            epsilon),
        input);
  }

  static void negate(Call call) throws Refusal {
    if (call.input(0) instanceof Constant constant) {
      call.give(0, constant.map(value -> -value));
      return;
    }
    View view = settled(call, 0);
    Tensor minusOne = Tensor.filled(call.shape(view.id()).channels(), -1);
    call.give(0, view.over(call.add(Op.Affine.times(minusOne), view.id())));
  }
}
