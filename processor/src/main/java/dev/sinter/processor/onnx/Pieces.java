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
    for (Operand part : parts) {
      List<Integer> own = new ArrayList<>(part.dims().extents());
      List<Integer> first = new ArrayList<>(parts.get(0).dims().extents());
      if (own.size() == first.size()) {
        own.set(axis, first.get(axis));
      }
      if (!own.equals(first) || part.dims().size() == 0) {
        throw new Refusal(
            "joins values of the shapes " + parts.get(0).dims() + " and " + part.dims());
      }
    }
    Shape dims = parts.get(0).dims();
    boolean channels = axis == 1 && dims.rank() <= 4 && dims.extent(0) == 1;
    call.give(0, channels ? channels(call, parts) : lines(call, parts, axis));
  }

  private static View channels(Call call, List<Operand> parts) throws Refusal {
    List<Integer> values = new ArrayList<>();
    for (Operand part : parts) {
      values.add(value(call, part, Wiring.unbatched(part.dims())));
    }
    int id = values.size() == 1 ? values.get(0) : call.add(new Op.Concat(), values);
    return View.of(id, Call.batched(call.shape(id)));
  }

  private static int value(Call call, Operand part, Shape shape) throws Refusal {
    return part instanceof View view
        ? call.wiring().arranged(call, view, shape)
        : call.add(new Op.Constant(((Constant) part).values().reshaped(shape)));
  }

  /** Along another axis: they are made channels, and joined as such. */
  private static View lines(Call call, List<Operand> parts, int axis) throws Refusal {
    List<Integer> values = new ArrayList<>();
    List<Integer> extents = new ArrayList<>(parts.get(0).dims().extents());
    int together = 0;
    for (Operand part : parts) {
      Shape dims = part.dims();
      int length = dims.extent(axis);
      together += length;
      int inner = (int) new Shape(dims.extents().subList(axis + 1, dims.rank())).size();
      int outer = (int) dims.size() / inner / length;
      Shape shape = outer == 1 ? Shape.of(length, inner) : Shape.of(length, outer, inner);
      Operand moved =
          part.reshaped(Shape.of(outer, length, inner))
              .rearranged(
                  shape, Moves.walk(Shape.of(length, outer, inner), 0, steps(length, inner)));
      values.add(value(call, moved, shape));
    }
    int id = values.size() == 1 ? values.get(0) : call.add(new Op.Concat(), values);
    extents.set(axis, together);
    Shape dims = Broadcast.limited(new Shape(extents));
    int inner = (int) new Shape(extents.subList(axis + 1, extents.size())).size();
    int outer = (int) dims.size() / inner / together;
    int[] from =
        Moves.walk(Shape.of(outer, together, inner), 0, new int[] {inner, outer * inner, 1});
    return View.of(id, dims).rearranged(dims, from);
  }

  /** From [length, outer, inner] in [outer, length, inner]. */
  private static int[] steps(int length, int inner) {
    return new int[] {inner, length * inner, 1};
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
      if (step < 0) {
        result = backwards(call, result, axis, starts.get(i), ends.get(i), step);
        continue;
      }
      if (step == 0) {
        throw new Refusal("has the step 0");
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

  private static Operand backwards(
      Call call, Operand input, int axis, long first, long end, long step) throws Refusal {
    List<Integer> extents = new ArrayList<>(input.dims().extents());
    int extent = extents.get(axis);
    long from = Math.min(first < 0 ? first + extent : first, extent - 1L);
    long until = Math.max(end < 0 ? end + extent : end, -1);
    int[] steps = Moves.strides(input.dims());
    int start = (int) Math.max(0, from) * steps[axis];
    long stride = Math.max(step, -extent);
    extents.set(axis, from > until ? (int) ((from - until - 1) / -stride) + 1 : 0);
    steps[axis] *= (int) stride;
    Shape result = Broadcast.limited(new Shape(extents));
    int[] places = Moves.walk(result, start, steps);
    return Moves.picked(call, input, result, i -> places[i]);
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
    if (end <= start) {
      throw new Refusal(
          "takes " + start + ":" + end + " of axis " + axis + " of " + dims + ", which is nothing");
    }
    if (axis == 0 || dims.rank() > 4 || dims.extent(0) != 1) {
      int[] strides = Moves.strides(dims);
      int from = start * strides[axis];
      strides[axis] *= step;
      int[] places = Moves.walk(Broadcast.limited(result), from, strides);
      return Moves.picked(call, input, result, i -> places[i]);
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
    if (input instanceof Constant || at.size() != 1) {
      int inner = (int) new Shape(dims.extents().subList(axis + 1, dims.rank())).size();
      int count = at.size();
      call.give(
          0,
          Moves.picked(
              call,
              input,
              result,
              i -> (i / inner / count * extent + at.get(i / inner % count)) * inner + i % inner));
      return;
    }
    Operand one = sliced(call, input, axis, at.get(0), at.get(0) + 1, 1);
    call.give(0, one.reshaped(result));
  }
}
