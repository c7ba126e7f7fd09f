package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** A border of a number, or of elements of the value itself; what is negative is cut off. */
final class Padding {
  private final Call call;
  private final Shape dims;
  private final int[] before;
  private final int[] after;

  private Padding(Call call, Shape dims) {
    this.call = call;
    this.dims = dims;
    before = new int[dims.rank()];
    after = new int[dims.rank()];
  }

  /** Pads are attributes up to version 10, and inputs later. */
  static void pad(Call call) throws Refusal {
    View input = call.view(0);
    Padding padding = new Padding(call, input.dims());
    padding.read();
    String mode = call.text("mode", "constant");
    call.give(0, mode.equals("constant") ? padding.constant(input) : padding.reading(input, mode));
  }

  private void read() throws Refusal {
    int rank = dims.rank();
    List<Long> written = call.integers("pads", 1);
    List<Integer> axes = new ArrayList<>();
    if (call.hasInput(3)) {
      for (long axis : call.constant(3, "axes").longs()) {
        axes.add(Call.axis(axis, rank));
      }
    } else {
      axes.addAll(Lines.axesFrom(0, rank));
    }
    if (written.size() != 2 * axes.size()) {
      throw new Refusal("has pads " + written + " for " + axes.size() + " axes");
    }
    for (int i = 0; i < axes.size(); i++) {
      int axis = axes.get(i);
      before[axis] = Call.exact(written.get(i));
      after[axis] = Call.exact(written.get(axes.size() + i));
    }
    if (rank == 0 || before[0] != 0 || after[0] != 0) {
      throw new Refusal("has pads " + written + ", which change the batch");
    }
  }

  private View constant(View input) throws Refusal {
    View cut = anyPad(pad -> pad < 0) ? cut(input) : input;
    if (!anyPad(pad -> pad > 0)) {
      return cut;
    }
    double value = call.hasInput(2) ? call.scalar(2, "constant_value") : call.real("value", 0);
    int rank = dims.rank();
    int[] top = new int[4];
    int[] bottom = new int[4];
    int id = call.wiring().settled(call, cut);
    for (int axis = 1; axis < rank; axis++) {
      // The last axis is the columns, whether there are rows or not.
      int at = axis < 2 ? axis : axis - rank + 4;
      top[at] = Math.max(0, before[axis]);
      bottom[at] = Math.max(0, after[axis]);
    }
    Op pad =
        new Op.Pad(
            Windows.padding(List.of(top[2], top[3], bottom[2], bottom[3])),
            top[1],
            bottom[1],
            value);
    int padded = call.add(pad, id);
    return View.of(padded, Call.batched(call.shape(padded)));
  }

  private boolean anyPad(IntPredicate is) {
    return Arrays.stream(before).anyMatch(is) || Arrays.stream(after).anyMatch(is);
  }

  /** What is left where pads are negative. */
  private View cut(View input) throws Refusal {
    int[] starts = new int[dims.rank()];
    List<Integer> extents = new ArrayList<>();
    for (int axis = 0; axis < dims.rank(); axis++) {
      starts[axis] = Math.max(0, -before[axis]);
      extents.add(
          Math.max(0, dims.extent(axis) + Math.min(0, before[axis]) + Math.min(0, after[axis])));
    }
    Shape result = new Shape(extents);
    int[] strides = Moves.strides(dims);
    int start = 0;
    for (int axis = 0; axis < dims.rank(); axis++) {
      start += starts[axis] * strides[axis];
    }
    int[] from = Moves.walk(Broadcast.limited(result), start, strides);
    return call.wiring().picked(call, input, result, i -> from[i]);
  }

  /** A border whose elements are some of the value. */
  private View reading(View input, String mode) throws Refusal {
    int rank = dims.rank();
    List<Integer> extents = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      long extent = (long) dims.extent(axis) + before[axis] + after[axis];
      extents.add(Call.exact(Math.max(0, extent)));
    }
    Shape result = Broadcast.limited(new Shape(extents));
    int[] strides = Moves.strides(dims);
    int[][] places = new int[rank][];
    for (int axis = 0; axis < rank; axis++) {
      places[axis] = new int[extents.get(axis)];
      for (int i = 0; i < places[axis].length; i++) {
        places[axis][i] = place(mode, i - before[axis], dims.extent(axis)) * strides[axis];
      }
    }
    return call.wiring()
        .picked(
            call,
            input,
            result,
            i -> {
              int rest = i;
              int from = 0;
              for (int axis = rank - 1; axis >= 0; axis--) {
                from += places[axis][rest % result.extent(axis)];
                rest /= result.extent(axis);
              }
              return from;
            });
  }

  /** Which index one inside or outside of an axis reads. */
  private static int place(String mode, int index, int extent) throws Refusal {
    return switch (mode) {
      case "edge" -> Math.max(0, Math.min(index, extent - 1));
      case "wrap" -> Math.floorMod(index, extent);
      case "reflect" -> {
        int period = Math.max(1, 2 * (extent - 1));
        int inside = Math.floorMod(index, period);
        yield Math.min(inside, period - inside) % extent;
      }
      default -> throw new Refusal("has the unknown mode '" + mode + "'");
    };
  }
}
