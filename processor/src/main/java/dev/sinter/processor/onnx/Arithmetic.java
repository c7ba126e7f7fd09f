package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
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
}
