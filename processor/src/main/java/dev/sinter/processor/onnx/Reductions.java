package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Op.Binary.Operation;
import dev.sinter.processor.ir.Op.Elementwise.Function;
import dev.sinter.processor.ir.Op.Reduce.Kind;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Operators that make one number of all along some axes. */
final class Reductions {
  private Reductions() {}

  static void mean(Call call) throws Refusal {
    if (call.input(0) instanceof Constant constant) {
      Constant sum = folded(call, constant, 0, Double::sum);
      double count = constant.values().size() / (double) sum.values().size();
      call.give(0, sum.map(value -> value / count));
    } else {
      call.give(0, shaped(call, mean(call, call.view(0))));
    }
  }

  static void sum(Call call) throws Refusal {
    if (call.input(0) instanceof Constant constant) {
      call.give(0, folded(call, constant, 0, Double::sum));
    } else {
      call.give(0, shaped(call, sum(call, call.view(0))));
    }
  }

  static void maximum(Call call) throws Refusal {
    if (call.input(0) instanceof Constant constant) {
      call.give(0, folded(call, constant, Double.NEGATIVE_INFINITY, Math::max));
    } else {
      call.give(0, shaped(call, maximum(call, call.view(0))));
    }
  }

  /** −max −x. */
  static void minimum(Call call) throws Refusal {
    if (call.input(0) instanceof Constant constant) {
      call.give(0, folded(call, constant, Double.POSITIVE_INFINITY, Math::min));
    } else {
      View least = negated(call, maximum(call, negated(call, call.view(0))));
      call.give(0, shaped(call, least));
    }
  }

  /** Of constants, such as extents. */
  static void product(Call call) throws Refusal {
    call.give(0, folded(call, call.constant(0, "data"), 1, (a, b) -> a * b));
  }

  /** Σ |x|. */
  static void l1(Call call) throws Refusal {
    Op abs = new Op.Elementwise(Function.ABS, 0);
    call.give(0, shaped(call, sum(call, Functions.apply(call, call.view(0), abs))));
  }

  /** Σ x². */
  static void sumOfSquares(Call call) throws Refusal {
    call.give(0, shaped(call, squares(call)));
  }

  /** √Σ x². */
  static void l2(Call call) throws Refusal {
    Op root = new Op.Elementwise(Function.POWER, 0.5);
    call.give(0, shaped(call, Functions.apply(call, squares(call), root)));
  }

  private static View squares(Call call) throws Refusal {
    Op square = new Op.Elementwise(Function.POWER, 2);
    return sum(call, Functions.apply(call, call.view(0), square));
  }

  static void logSum(Call call) throws Refusal {
    Op log = new Op.Elementwise(Function.LOG, 0);
    call.give(0, shaped(call, Functions.apply(call, sum(call, call.view(0)), log)));
  }

  static void logSumExp(Call call) throws Refusal {
    Lines lines = Lines.of(call, call.view(0), axes(call, call.view(0).dims()));
    call.give(0, shaped(call, lines.reduced(call, Kind.LOG_SUM_EXP)));
  }

  /** The index of the largest along one axis, the first or the last of equal ones. */
  static void argMax(Call call) throws Refusal {
    call.give(0, index(call, call.view(0)));
  }

  static void argMin(Call call) throws Refusal {
    call.give(0, index(call, negated(call, call.view(0))));
  }

  private static View index(Call call, View view) throws Refusal {
    int axis = Call.axis(call.integer("axis", 0), view.dims().rank());
    Kind kind = call.flag("select_last_index") ? Kind.LAST_MAXIMUM : Kind.FIRST_MAXIMUM;
    View index = Lines.of(call, view, List.of(axis)).reduced(call, kind);
    return call.integer("keepdims", 1) != 0
        ? index
        : index.reshaped(squeezed(view.dims(), List.of(axis)));
  }

  /** Over all places of each channel it is a pool, else one over the channels. */
  private static View mean(Call call, View view) throws Refusal {
    List<Integer> axes = axes(call, view.dims());
    return Maps.isPlane(call, view, axes)
        ? Maps.pooled(call, view, axes, Op.Pool.Kind.AVERAGE)
        : Lines.of(call, view, axes).reduced(call, Kind.MEAN);
  }

  private static View sum(Call call, View view) throws Refusal {
    List<Integer> axes = axes(call, view.dims());
    if (!Maps.isPlane(call, view, axes)) {
      return Lines.of(call, view, axes).reduced(call, Kind.SUM);
    }
    View mean = Maps.pooled(call, view, axes, Op.Pool.Kind.AVERAGE);
    double count = view.dims().size() / (double) mean.dims().size();
    return (View) Combination.apply(call, Operation.MULTIPLY, mean, Combination.scalar(count));
  }

  private static View maximum(Call call, View view) throws Refusal {
    List<Integer> axes = axes(call, view.dims());
    return Maps.isPlane(call, view, axes)
        ? Maps.pooled(call, view, axes, Op.Pool.Kind.MAX)
        : Lines.of(call, view, axes).reduced(call, Kind.MAXIMUM);
  }

  private static View negated(Call call, View view) throws Refusal {
    return (View) Combination.apply(call, Operation.MULTIPLY, view, Combination.scalar(-1));
  }

  /** An attribute in old versions and an input in new ones; all if none is given. */
  private static List<Integer> axes(Call call, Shape dims) throws Refusal {
    List<Integer> axes = new ArrayList<>();
    for (long axis : call.integers("axes", 1)) {
      axes.add(Call.axis(axis, dims.rank()));
    }
    return axes.isEmpty() && !call.flag("noop_with_empty_axes")
        ? Lines.axesFrom(0, dims.rank())
        : axes;
  }

  /** The result, whose axes of extent 1 are kept or not. */
  private static View shaped(Call call, View result) throws Refusal {
    Shape dims = call.input(0).dims();
    return call.integer("keepdims", 1) != 0
        ? result
        : result.reshaped(squeezed(result.dims(), axes(call, dims)));
  }

  private static Shape squeezed(Shape dims, List<Integer> axes) {
    List<Integer> extents = new ArrayList<>();
    for (int axis = 0; axis < dims.rank(); axis++) {
      if (!axes.contains(axis)) {
        extents.add(dims.extent(axis));
      }
    }
    return new Shape(extents);
  }

  private static Constant folded(
      Call call, Constant constant, double initial, DoubleBinaryOperator operation) throws Refusal {
    Shape dims = constant.dims();
    List<Integer> axes = axes(call, dims);
    List<Integer> kept = new ArrayList<>(dims.extents());
    axes.forEach(axis -> kept.set(axis, 1));
    Shape groups = new Shape(kept);
    double[] results = new double[(int) groups.size()];
    Arrays.fill(results, initial);
    for (int i = 0; i < constant.values().size(); i++) {
      int group = Broadcast.index(i, dims, groups);
      results[group] = operation.applyAsDouble(results[group], constant.values().get(i));
    }
    Shape shape = call.integer("keepdims", 1) != 0 ? groups : squeezed(groups, axes);
    return new Constant(constant.name(), Tensor.of(shape, results), constant.integer());
  }
}
