package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Operators that only compute with constants and extents, so that nothing is left of them. */
final class Arithmetic {
  private Arithmetic() {}

  /** A function of each element of a constant. */
  static Operator each(DoubleUnaryOperator function) {
    return call -> call.give(0, call.constant(0, "operand").map(function));
  }

  static void constant(Call call) throws Refusal {
    if (call.has("value")) {
      call.give(0, call.tensor("value").orElseThrow());
    } else if (call.has("value_float")) {
      call.give(0, reals(call, Shape.of(), call.real("value_float", 0)));
    } else if (call.has("value_floats")) {
      double[] values = call.reals("value_floats").stream().mapToDouble(v -> v).toArray();
      call.give(0, reals(call, Shape.of(values.length), values));
    } else if (call.has("value_int")) {
      call.give(0, Constant.integers(call.name(), Shape.of(), call.integer("value_int", 0)));
    } else if (call.has("value_ints")) {
      long[] values = call.integers("value_ints").stream().mapToLong(v -> v).toArray();
      call.give(0, Constant.integers(call.name(), Shape.of(values.length), values));
    } else {
      throw new Refusal("has no numbers");
    }
  }

  private static Constant reals(Call call, Shape dims, double... values) {
    return new Constant(call.name(), Tensor.of(dims, values), false);
  }

  static void constantOfShape(Call call) throws Refusal {
    List<Integer> extents = new ArrayList<>();
    for (long extent : call.constant(0, "shape").longs()) {
      extents.add(Call.exact(Math.max(0, extent)));
    }
    Shape dims = Broadcast.limited(new Shape(extents));
    Constant zero = new Constant(call.name(), Tensor.of(Shape.of(1), 0.0), false);
    Constant value = call.tensor("value").orElse(zero);
    if (value.values().size() != 1) {
      throw new Refusal("has a value of shape " + value.dims());
    }
    double element = value.values().get(0);
    call.give(0, new Constant(call.name(), Tensor.computed(dims, i -> element), value.integer()));
  }

  static void shape(Call call) throws Refusal {
    List<Integer> extents = call.input(0).dims().extents();
    int rank = extents.size();
    int start = bound(call.integer("start", 0), rank);
    int end = Math.max(start, bound(call.integer("end", rank), rank));
    long[] dims = extents.subList(start, end).stream().mapToLong(extent -> extent).toArray();
    call.give(0, Constant.integers(call.name(), Shape.of(dims.length), dims));
  }

  private static int bound(long written, int rank) {
    return (int) Math.max(0, Math.min(written < 0 ? written + rank : written, rank));
  }

  static void size(Call call) throws Refusal {
    long size = call.input(0).dims().size();
    call.give(0, Constant.integers(call.name(), Shape.of(), size));
  }

  /** A comparison, or a connective, of two constants. */
  static Operator test(DoubleBinaryOperator test) {
    return call -> {
      Constant a = call.constant(0, "operand");
      Constant b = call.constant(1, "operand");
      Shape dims = Broadcast.shape(a.dims(), b.dims());
      Tensor values =
          Tensor.computed(
              dims,
              i ->
                  test.applyAsDouble(
                      a.values().get(Broadcast.index(i, dims, a.dims())),
                      b.values().get(Broadcast.index(i, dims, b.dims()))));
      call.give(0, new Constant(a.name(), values, true));
    };
  }

  /** One operand or the other, where the condition says which of all; or of constants. */
  static void where(Call call) throws Refusal {
    Constant condition = call.constant(0, "condition");
    if (call.input(1) instanceof Constant a && call.input(2) instanceof Constant b) {
      Shape dims = Broadcast.shape(condition.dims(), Broadcast.shape(a.dims(), b.dims()));
      Tensor values =
          Tensor.computed(
              dims,
              i ->
                  condition.values().get(Broadcast.index(i, dims, condition.dims())) != 0
                      ? a.values().get(Broadcast.index(i, dims, a.dims()))
                      : b.values().get(Broadcast.index(i, dims, b.dims())));
      call.give(0, new Constant(condition.name(), values, a.integer() && b.integer()));
      return;
    }
    throw new Refusal("chooses between values that depend on the input");
  }

  /** start, start + delta, … below limit. */
  static void range(Call call) throws Refusal {
    Constant first = call.constant(0, "start");
    double start = call.scalar(0, "start");
    double delta = call.scalar(2, "delta");
    double count = Math.ceil((call.scalar(1, "limit") - start) / delta);
    Shape dims = Broadcast.limited(Shape.of((int) Math.max(0, count)));
    Tensor values = Tensor.computed(dims, i -> start + i * delta);
    call.give(0, new Constant(call.name(), values, first.integer()));
  }

  /** The remainder of constants: of the divisor's sign, or of the dividend's. */
  static void mod(Call call) throws Refusal {
    boolean truncated = call.flag("fmod");
    test((a, b) -> truncated ? a % b : a - b * Math.floor(a / b)).convert(call);
  }
}
