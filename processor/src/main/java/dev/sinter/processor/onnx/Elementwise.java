package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Activation.Kind;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;

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
    if ((float) call.real("alpha", SELU_ALPHA) != (float) SELU_ALPHA
        || (float) call.real("gamma", SELU_GAMMA) != (float) SELU_GAMMA) {
      throw new Refusal("has other constants than those that define SELU");
    }
    apply(call, new Op.Activate(Activation.of(Kind.SELU)));
  }

  static void gelu(Call call) throws Refusal {
    String approximate = call.text("approximate", "none");
    if (approximate.equals("tanh")) {
      geluByTanh(call);
    } else if (approximate.equals("none")) {
      apply(call, new Op.Activate(Activation.of(Kind.GELU)));
    } else {
      throw new Refusal("has the unknown approximation '" + approximate + "'");
    }
  }

  /** ½·x·(1 + tanh(u)) = x·σ(2·u), where 2·u = x·√(8/π)·(1 + 0.044715·x²). */
  private static void geluByTanh(Call call) throws Refusal {
    View view = settled(call, 0);
    int x = view.id();
    int channels = call.shape(x).channels();
    double root = Math.sqrt(8 / Math.PI);
    Op product = new Op.Multiply(Activation.NONE);
    Op factor =
        new Op.Affine(
            Tensor.filled(channels, 0.044715 * root),
            Tensor.filled(channels, root),
            Activation.NONE);
    int u = call.add(product, x, call.add(factor, call.add(product, x, x)));
    int gate = call.add(new Op.Activate(Activation.of(Kind.SIGMOID)), u);
    call.give(0, view.over(call.add(product, x, gate)));
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

  static void pRelu(Call call) throws Refusal {
    View view = settled(call, 0);
    Constant slope = new Constant("slope", call.weights(1, "slope"), false);
    double[] slopes =
        slope.values().size() == 1
            ? slope.values().toDoubles()
            : perChannel(call, view, slope).toDoubles();
    Op op = new Op.Activate(Activation.of(Kind.PRELU, slopes));
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

  static void add(Call call) throws Refusal {
    binary(call, Double::sum, Op.Affine::plus, Op.Affine::plus);
  }

  static void subtract(Call call) throws Refusal {
    binary(call, (a, b) -> a - b, Op.Affine::minus, Op.Affine::subtractedFrom);
  }

  static void multiply(Call call) throws Refusal {
    binary(call, (a, b) -> a * b, Op.Affine::times, Op.Affine::times);
  }

  static void divide(Call call) throws Refusal {
    if (call.input(1) instanceof View) {
      throw new Refusal("divides by a value that depends on the input");
    }
    binary(call, (a, b) -> a / b, Op.Affine::over, Op.Affine::over);
  }

  /** Any number of values. */
  static void sum(Call call) throws Refusal {
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < call.inputs(); i++) {
      values.add(call.value(i));
    }
    call.give(values.size() == 1 ? values.get(0) : call.add(new Op.Add(Activation.NONE), values));
  }

  static void negate(Call call) throws Refusal {
    View view = settled(call, 0);
    Tensor minusOne = Tensor.filled(call.shape(view.id()).channels(), -1);
    call.give(0, view.over(call.add(Op.Affine.times(minusOne), view.id())));
  }

  private static void binary(
      Call call,
      DoubleBinaryOperator function,
      Function<Tensor, Op.Affine> withRight,
      Function<Tensor, Op.Affine> withLeft)
      throws Refusal {
    Operand left = call.input(0);
    Operand right = call.input(1);
    if (left instanceof Constant a && right instanceof Constant b) {
      call.give(0, constants(a, b, function));
    } else if (right instanceof Constant b) {
      affine(call, 0, b, withRight);
    } else if (left instanceof Constant a) {
      affine(call, 1, a, withLeft);
    } else {
      values(call);
    }
  }

  private static Constant constants(Constant a, Constant b, DoubleBinaryOperator function)
      throws Refusal {
    Shape dims = Broadcast.shape(a.dims(), b.dims());
    boolean integer = a.integer() && b.integer();
    Tensor values =
        Tensor.computed(
            dims,
            i -> {
              double left = a.values().get(Broadcast.index(i, dims, a.dims()));
              double right = b.values().get(Broadcast.index(i, dims, b.dims()));
              double value = function.applyAsDouble(left, right);
              // Integers divide towards zero.
              return integer ? (long) value : value;
            });
    return new Constant(a.name(), values, integer);
  }

  private static void affine(
      Call call, int index, Constant constant, Function<Tensor, Op.Affine> make) throws Refusal {
    View view = settled(call, index);
    call.weights(1 - index, "operand");
    Op.Affine op = make.apply(perChannel(call, view, constant));
    call.give(0, view.over(call.add(op, view.id())));
  }

  /** A constant as one number for each channel of the value below a view. */
  private static Tensor perChannel(Call call, View view, Constant constant) throws Refusal {
    Shape base = call.shape(view.id());
    Tensor values = constant.values();
    if (!Broadcast.shape(view.dims(), constant.dims()).equals(view.dims())) {
      throw new Refusal(
          "combines a value " + view.dims() + " with a constant " + constant.dims() + ", larger");
    }
    if (values.size() == 1) {
      return Tensor.filled(base.channels(), values.get(0));
    }
    int plane = (int) base.plane();
    double[] channels = new double[base.channels()];
    Arrays.fill(channels, Double.NaN);
    for (int i = 0; i < view.size(); i++) {
      double value = values.get(Broadcast.index(i, view.dims(), constant.dims()));
      int channel = view.from(i) / plane;
      if (!Double.isNaN(channels[channel]) && channels[channel] != value) {
        throw new Refusal(
            "combines a value "
                + view.dims()
                + " with a constant "
                + constant.dims()
                + " that differs within a channel");
      }
      channels[channel] = value;
    }
    return Tensor.vector(channels);
  }

  private static void values(Call call) throws Refusal {
    View left = settled(call, 0);
    View right = settled(call, 1);
    Shape dims = Broadcast.shape(left.dims(), right.dims());
    boolean product = call.type().equals("Mul");
    boolean sameOrder = left.dims().equals(right.dims()) && sameOrder(call, left, right);
    if (!sameOrder) {
      left = View.of(stretched(call, left, dims, product), dims);
      right = View.of(stretched(call, right, dims, product), dims);
    }
    int second = right.id();
    if (call.type().equals("Sub")) {
      Tensor minusOne = Tensor.filled(call.shape(second).channels(), -1);
      second = call.add(Op.Affine.times(minusOne), second);
    }
    Op op = product ? new Op.Multiply(Activation.NONE) : new Op.Add(Activation.NONE);
    call.give(0, left.over(call.add(op, left.id(), second)));
  }

  private static boolean sameOrder(Call call, View left, View right) {
    if (!call.shape(left.id()).equals(call.shape(right.id()))) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (left.from(i) != right.from(i)) {
        return false;
      }
    }
    return true;
  }

  /** A value with the dimensions of the result; a product stretches a channel's factor itself. */
  private static int stretched(Call call, View view, Shape dims, boolean product) throws Refusal {
    Shape target = Wiring.unbatched(dims);
    List<Integer> extents = new ArrayList<>(view.dims().extents());
    while (extents.size() < dims.rank()) {
      extents.add(0, 1);
    }
    Shape own = Wiring.unbatched(new Shape(extents));
    int id = call.wiring().arranged(call, view, own);
    if (own.equals(target)) {
      return id;
    }
    if (own.channels() != target.channels() || own.plane() != 1 || own.rank() < 2) {
      throw new Refusal(
          "stretches a value "
              + view.dims()
              + " to "
              + dims
              + "; Sinter stretches one number for each channel");
    }
    return product
        ? id
        : call.add(
            new Op.Upsample(Op.Upsample.Mode.NEAREST, false, target.height(), target.width()), id);
  }
}
