package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Operators that take values apart and put them together. */
final class Pieces {
  private Pieces() {}

  static void concat(Call call) throws Refusal {
    List<Operand> parts = new ArrayList<>();
    for (int i = 0; i < call.inputs(); i++) {
      parts.add(call.input(i));
    }
    if (parts.isEmpty()) {
      throw new Refusal("joins nothing");
    }
    int axis = Call.axis(call.integer("axis", 1), parts.get(0).dims().rank());
    if (parts.stream().allMatch(Constant.class::isInstance)) {
      call.give(0, joined(parts.stream().map(Constant.class::cast).toList(), axis));
      return;
    }
    if (axis != 1) {
      throw new Refusal("joins axis " + axis + "; Sinter joins channels, axis 1");
    }
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      values.add(call.value(i));
    }
    call.give(values.size() == 1 ? values.get(0) : call.add(new Op.Concat(), values));
  }

  private static Constant joined(List<Constant> parts, int axis) throws Refusal {
    Constant first = parts.get(0);
    List<Integer> extents = new ArrayList<>(first.dims().extents());
    long together = 0;
    for (Constant part : parts) {
      List<Integer> own = new ArrayList<>(part.dims().extents());
      if (own.size() != extents.size()) {
        throw new Refusal("joins values of the shapes " + first.dims() + " and " + part.dims());
      }
      together += own.set(axis, extents.get(axis));
      if (!own.equals(extents)) {
        throw new Refusal("joins values of the shapes " + first.dims() + " and " + part.dims());
      }
    }
    extents.set(axis, Call.exact(together));
    Shape dims = Broadcast.limited(new Shape(extents));
    double[] values = new double[(int) dims.size()];
    int outer = (int) new Shape(extents.subList(0, axis)).size();
    int at = 0;
    for (int o = 0; o < outer; o++) {
      for (Constant part : parts) {
        int run = part.values().size() / outer;
        for (int i = 0; i < run; i++) {
          values[at++] = part.values().get(o * run + i);
        }
      }
    }
    return new Constant(first.name(), Tensor.of(dims, values), first.integer());
  }

  /** Parts of given extents, or equal ones. */
  static void split(Call call) throws Refusal {
    Operand input = call.input(0);
    int axis = Call.axis(call.integer("axis", 0), input.dims().rank());
    int extent = input.dims().extent(axis);
    int parts = call.node().getOutputCount();
    List<Long> extents = call.integers("split", 1);
    if (extents.isEmpty()) {
      long each = (extent + parts - 1L) / parts;
      extents = new ArrayList<>(Collections.nCopies(parts, each));
      extents.set(parts - 1, extent - each * (parts - 1));
    }
    if (extents.size() != parts
        || extents.stream().anyMatch(part -> part < 0 || part > extent)
        || extents.stream().mapToLong(part -> part).sum() != extent) {
      throw new Refusal("splits " + extent + " into " + extents + " for " + parts + " results");
    }
    int start = 0;
    for (int part = 0; part < parts; part++) {
      int end = start + Math.toIntExact(extents.get(part));
      call.give(part, sliced(call, input, axis, start, end, 1));
      start = end;
    }
  }

  /** Bounds are attributes up to version 9, and inputs later. */
  static void slice(Call call) throws Refusal {
    Operand result = call.input(0);
    List<Long> starts = call.integers("starts", 1);
    List<Long> ends = call.integers("ends", 2);
    List<Long> axes = call.integers("axes", 3);
    List<Long> steps = call.integers("steps", 4);
    if (starts.size() != ends.size()
        || (!axes.isEmpty() && axes.size() != starts.size())
        || (!steps.isEmpty() && steps.size() != starts.size())) {
      throw new Refusal("has bounds for different numbers of axes");
    }
    for (int i = 0; i < starts.size(); i++) {
      int axis = Call.axis(axes.isEmpty() ? i : axes.get(i), result.dims().rank());
      int extent = result.dims().extent(axis);
      long step = steps.isEmpty() ? 1 : steps.get(i);
      if (step < 0 && result instanceof Constant constant) {
        result = backwards(constant, axis, starts.get(i), ends.get(i), step);
        continue;
      }
      if (step < 1) {
        throw new Refusal("has the step " + step + "; Sinter slices forwards");
      }
      int start = bound(starts.get(i), extent);
      int end = bound(ends.get(i), extent);
      result = sliced(call, result, axis, start, end, (int) Math.min(step, Integer.MAX_VALUE));
    }
    call.give(0, result);
  }

  private static int bound(long written, int extent) {
    long bound = written < 0 ? written + extent : written;
    return (int) Math.max(0, Math.min(bound, extent));
  }

  private static Constant backwards(Constant input, int axis, long first, long end, long step) {
    List<Integer> extents = new ArrayList<>(input.dims().extents());
    int extent = extents.get(axis);
    long from = Math.min(first < 0 ? first + extent : first, extent - 1L);
    long until = Math.max(end < 0 ? end + extent : end, -1);
    int[] steps = Moves.strides(input.dims());
    int start = (int) Math.max(0, from) * steps[axis];
    extents.set(axis, from > until ? (int) ((from - until - 1) / -step) + 1 : 0);
    steps[axis] *= (int) Math.max(step, -extent);
    Shape result = new Shape(extents);
    return input.rearranged(result, Moves.walk(result, start, steps));
  }

  private static Operand sliced(Call call, Operand input, int axis, int start, int end, int step)
      throws Refusal {
    Shape dims = input.dims();
    if (start == 0 && end == dims.extent(axis) && step == 1) {
      return input;
    }
    List<Integer> extents = new ArrayList<>(dims.extents());
    extents.set(axis, end > start ? (end - start - 1) / step + 1 : 0);
    Shape result = new Shape(extents);
    if (input instanceof Constant constant) {
      int[] strides = Moves.strides(dims);
      int from = start * strides[axis];
      strides[axis] *= step;
      return constant.rearranged(result, Moves.walk(result, from, strides));
    }
    if (axis == 0 || end <= start) {
      throw new Refusal(
          "takes "
              + start
              + ":"
              + end
              + " of axis "
              + axis
              + " of "
              + dims
              + "; axis 0 is the batch");
    }
    int value = call.wiring().settled(call, (View) input);
    return View.of(call.add(new Op.Slice(axis - 1, start, end, step), value), result);
  }

  /** Elements of a constant, or one index of a value's axis. */
  static void gather(Call call) throws Refusal {
    Operand input = call.input(0);
    Constant indices = call.constant(1, "indices");
    Shape dims = input.dims();
    int axis = Call.axis(call.integer("axis", 0), dims.rank());
    int extent = dims.extent(axis);
    List<Integer> at = new ArrayList<>();
    for (long index : indices.longs()) {
      at.add(Call.axis(index, extent));
    }
    List<Integer> extents = new ArrayList<>(dims.extents().subList(0, axis));
    extents.addAll(indices.dims().extents());
    extents.addAll(dims.extents().subList(axis + 1, dims.rank()));
    Shape result = Broadcast.limited(new Shape(extents));
    if (input instanceof Constant constant) {
      int inner = (int) new Shape(dims.extents().subList(axis + 1, dims.rank())).size();
      int[] from = new int[(int) result.size()];
      for (int i = 0; i < from.length; i++) {
        int index = at.get(i / inner % at.size());
        from[i] = (i / inner / at.size() * extent + index) * inner + i % inner;
      }
      call.give(0, constant.rearranged(result, from));
      return;
    }
    if (at.size() != 1) {
      throw new Refusal("picks " + at.size() + " indices of a value; Sinter takes one, or a slice");
    }
    Operand one = sliced(call, input, axis, at.get(0), at.get(0) + 1, 1);
    call.give(0, one.reshaped(result));
  }

  static void pad(Call call) throws Refusal {
    if (!call.text("mode", "constant").equals("constant")) {
      throw new Refusal(
          "has the mode '" + call.text("mode", "") + "'; Sinter pads with a constant");
    }
    int input = call.value(0);
    int rank = call.view(0).dims().rank();
    List<Long> written = call.integers("pads", 1);
    List<Integer> axes = new ArrayList<>();
    if (call.hasInput(3)) {
      for (long axis : call.constant(3, "axes").longs()) {
        axes.add(Call.axis(axis, rank));
      }
    } else {
      for (int axis = 0; axis < rank; axis++) {
        axes.add(axis);
      }
    }
    if (written.size() != 2 * axes.size()) {
      throw new Refusal("has pads " + written + " for " + axes.size() + " axes");
    }
    int[] before = new int[4];
    int[] after = new int[4];
    for (int i = 0; i < axes.size(); i++) {
      // The last axis is the columns, whether there are rows or not.
      int axis = axes.get(i) < 2 ? axes.get(i) : axes.get(i) - rank + 4;
      before[axis] = Call.exact(written.get(i));
      after[axis] = Call.exact(written.get(axes.size() + i));
    }
    if (before[0] != 0 || after[0] != 0 || before[1] < 0 || after[1] < 0) {
      throw new Refusal("has pads " + written + ", which change the batch, or cut channels off");
    }
    double value =
        call.hasInput(2) ? call.weights(2, "constant_value").get(0) : call.real("value", 0);
    call.give(
        new Op.Pad(
            Windows.padding(List.of(before[2], before[3], after[2], after[3])),
            before[1],
            after[1],
            value),
        input);
  }
}
