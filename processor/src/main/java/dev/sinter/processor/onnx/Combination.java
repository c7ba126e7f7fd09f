package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Activation.Kind;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Op.Binary.Operation;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Operations on two operands, which may be of different shapes. With a constant for each channel
 * they are what folds know: an affine map, a clip or a power. Two values are a sum or a product if
 * that is all, and else one general operator.
 */
final class Combination {
  private final Call call;
  private final Operation operation;

  private Combination(Call call, Operation operation) {
    this.call = call;
    this.operation = operation;
  }

  /** An operator of ONNX on two operands. */
  static Operator of(Operation operation) {
    return call -> call.give(0, apply(call, operation, call.input(0), call.input(1)));
  }

  /** One on any number of operands, from left to right. */
  static Operator ofAll(Operation operation) {
    return call -> call.give(0, all(call, operation));
  }

  /** Values of one shape are one sum, whose branches folds merge; others are added one by one. */
  static void sum(Call call) throws Refusal {
    List<Integer> values = new ArrayList<>();
    Shape dims = call.input(0).dims();
    boolean alike = dims.rank() >= 2 && dims.rank() <= 4 && dims.extent(0) == 1;
    for (int i = 0; i < call.inputs(); i++) {
      alike &= call.input(i) instanceof View && call.input(i).dims().equals(dims);
    }
    for (int i = 0; alike && i < call.inputs(); i++) {
      values.add(call.value(i));
    }
    if (values.size() > 2) {
      call.give(call.add(new Op.Add(Activation.NONE), values));
    } else {
      call.give(0, all(call, Operation.ADD));
    }
  }

  /** The sum, divided by the number of operands. */
  static void mean(Call call) throws Refusal {
    Constant count = scalar(call.inputs());
    call.give(0, apply(call, Operation.DIVIDE, all(call, Operation.ADD), count));
  }

  /** A number as an operand. */
  static Constant scalar(double value) {
    return new Constant("constant", Tensor.of(Shape.of(), value), false);
  }

  private static Operand all(Call call, Operation operation) throws Refusal {
    Operand result = call.input(0);
    for (int i = 1; i < call.inputs(); i++) {
      result = apply(call, operation, result, call.input(i));
    }
    return result;
  }

  static Operand apply(Call call, Operation operation, Operand left, Operand right) throws Refusal {
    Combination combination = new Combination(call, operation);
    if (left instanceof Constant a) {
      return right instanceof Constant b
          ? combination.constants(a, b)
          : combination.withConstant((View) right, a, false);
    }
    View a = call.wiring().settledIfPossible(call, (View) left);
    return right instanceof Constant b
        ? combination.withConstant(a, b, true)
        : combination.values(a, call.wiring().settledIfPossible(call, (View) right));
  }

  private Constant constants(Constant a, Constant b) throws Refusal {
    Shape dims = Broadcast.shape(a.dims(), b.dims());
    boolean integer = a.integer() && b.integer();
    Tensor values =
        Tensor.computed(
            dims,
            i -> {
              double left = a.values().get(Broadcast.index(i, dims, a.dims()));
              double right = b.values().get(Broadcast.index(i, dims, b.dims()));
              double value = compute(left, right);
              // Integers divide towards zero.
              return integer ? (long) value : value;
            });
    return new Constant(a.name(), values, integer);
  }

  private double compute(double a, double b) {
    return switch (operation) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case POWER -> Math.pow(a, b);
      case MINIMUM -> Math.min(a, b);
      case MAXIMUM -> Math.max(a, b);
    };
  }

  // A value and a constant.

  private View withConstant(View given, Constant constant, boolean valueFirst) throws Refusal {
    View view = call.wiring().settledIfPossible(call, given);
    for (int i = 0; i < constant.values().size(); i++) {
      if (!Float.isFinite((float) constant.values().get(i))) {
        throw new Refusal(
            "has the operand '"
                + constant.name()
                + "', whose element "
                + i
                + " is "
                + constant.values().get(i)
                + "; every parameter must be a finite float");
      }
    }
    if (Broadcast.shape(view.dims(), constant.dims()).equals(view.dims())) {
      Optional<Op> op = perChannel(call, view, constant).flatMap(c -> known(c, valueFirst));
      if (op.isPresent()) {
        return view.over(call.add(op.get(), view.id()));
      }
      if (!view.isOrdered() && view.size() == call.shape(view.id()).size()) {
        return inOrderOf(view, constant, valueFirst);
      }
    }
    if (operation == Operation.DIVIDE && !valueFirst) {
      Op.Elementwise inverse = new Op.Elementwise(Op.Elementwise.Function.POWER, -1);
      View inverted = view.over(call.add(inverse, view.id()));
      return (View) apply(call, Operation.MULTIPLY, inverted, constant);
    }
    Shape dims = Broadcast.shape(view.dims(), constant.dims());
    return valueFirst ? stretched(view, constant, dims) : stretched(constant, view, dims);
  }

  /** What there is for a constant for each channel. */
  private Optional<Op> known(Tensor constant, boolean valueFirst) {
    Op op =
        switch (operation) {
          case ADD -> Op.Affine.plus(constant);
          case SUBTRACT ->
              valueFirst ? Op.Affine.minus(constant) : Op.Affine.subtractedFrom(constant);
          case MULTIPLY -> Op.Affine.times(constant);
          case DIVIDE -> valueFirst ? Op.Affine.over(constant) : null;
          case POWER -> valueFirst && isUniform(constant) ? power(constant.get(0)) : null;
          case MINIMUM -> isUniform(constant) ? clip(-Float.MAX_VALUE, constant.get(0)) : null;
          case MAXIMUM -> isUniform(constant) ? clip(constant.get(0), Float.MAX_VALUE) : null;
        };
    return Optional.ofNullable(op);
  }

  private static Op power(double exponent) {
    return exponent == 1
        ? new Op.Identity()
        : new Op.Elementwise(Op.Elementwise.Function.POWER, exponent);
  }

  private static Op clip(double least, double greatest) {
    return new Op.Activate(
        least == 0 ? Activation.of(Kind.RELU) : Activation.of(Kind.CLIP, least, greatest));
  }

  private static boolean isUniform(Tensor constant) {
    return Arrays.stream(constant.toDoubles()).allMatch(value -> value == constant.get(0));
  }

  /** A constant as one number for each channel of the value below a view, if it is that. */
  static Optional<Tensor> perChannel(Call call, View view, Constant constant) throws Refusal {
    Shape base = call.shape(view.id());
    Tensor values = constant.values();
    if (values.size() == 1) {
      return Optional.of(Tensor.filled(base.channels(), values.get(0)));
    }
    int plane = (int) base.plane();
    double[] channels = new double[base.channels()];
    Arrays.fill(channels, Double.NaN);
    for (int i = 0; i < view.size(); i++) {
      double value = values.get(Broadcast.index(i, view.dims(), constant.dims()));
      int channel = view.from(i) / plane;
      if (!Double.isNaN(channels[channel]) && channels[channel] != value) {
        return Optional.empty();
      }
      channels[channel] = value;
    }
    return Optional.of(Tensor.vector(channels));
  }

  /** With a constant for each element of the value below a view. */
  private View inOrderOf(View view, Constant constant, boolean valueFirst) throws Refusal {
    Shape base = call.shape(view.id());
    double[] values = new double[view.size()];
    for (int i = 0; i < values.length; i++) {
      values[view.from(i)] =
          constant.values().get(Broadcast.index(i, view.dims(), constant.dims()));
    }
    int other = call.add(new Op.Constant(Tensor.of(base, values)));
    Op op = new Op.Binary(operation, Activation.NONE);
    return view.over(valueFirst ? call.add(op, view.id(), other) : call.add(op, other, view.id()));
  }

  // Two values.

  private View values(View left, View right) throws Refusal {
    if (left.dims().equals(right.dims()) && isSameOrder(left, right)) {
      return left.over(call.add(op(true), left.id(), right.id()));
    }
    return stretched(left, right, Broadcast.shape(left.dims(), right.dims()));
  }

  private boolean isSameOrder(View left, View right) {
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

  /** A sum or a product is one that folds know, where each operand is as they are. */
  private Op op(boolean plain) {
    if (plain && operation == Operation.ADD) {
      return new Op.Add(Activation.NONE);
    }
    return plain && operation == Operation.MULTIPLY
        ? new Op.Multiply(Activation.NONE)
        : new Op.Binary(operation, Activation.NONE);
  }

  /** Each operand with as many axes as the result, and the batch left out. */
  private View stretched(Operand left, Operand right, Shape dims) throws Refusal {
    List<Integer> extents = new ArrayList<>(dims.extents());
    while (extents.size() < 2) {
      extents.add(0, 1);
    }
    Shape all = new Shape(extents);
    boolean batched = all.rank() <= 4 && all.extent(0) == 1;
    if (!batched) {
      extents.add(0, 1);
    }
    Shape full = new Shape(extents);
    Shape target = Wiring.unbatched(full);
    Shape first = padded(left.dims(), full.rank());
    Shape second = padded(right.dims(), full.rank());
    int a = value(left, first);
    int b = value(right, second);
    Shape factors = target.withMap(target.channels(), 1, 1);
    boolean plain =
        operation == Operation.MULTIPLY
            ? isFactor(first, target, factors) && isFactor(second, target, factors)
            : first.equals(target) && second.equals(target);
    return View.of(call.add(op(plain && !(left instanceof Constant)), a, b), dims);
  }

  /** Whether a product stretches it itself. */
  private static boolean isFactor(Shape shape, Shape target, Shape factors) {
    return shape.equals(target) || shape.equals(factors);
  }

  private static Shape padded(Shape dims, int rank) {
    List<Integer> extents = new ArrayList<>(dims.extents());
    while (extents.size() < rank) {
      extents.add(0, 1);
    }
    return new Shape(extents.subList(1, rank));
  }

  private int value(Operand operand, Shape shape) throws Refusal {
    return operand instanceof View view
        ? call.wiring().arranged(call, view, shape)
        : call.add(new Op.Constant(((Constant) operand).values().reshaped(shape)));
  }
}
