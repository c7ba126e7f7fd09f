package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The elements of a view along some of its axes, as the channels of a value: what is said of an
 * axis in ONNX is said of the channels of each place here. Where they are channels already nothing
 * is moved.
 */
final class Lines {
  private final Shape dims;
  private final Shape groups; // the view's dimensions with 1 for each axis of a line
  private final int id;
  private final int[] from; // where each element of the view stands in the value
  private final int plane;

  private Lines(Shape dims, Shape groups, int id, int[] from, int plane) {
    this.dims = dims;
    this.groups = groups;
    this.id = id;
    this.from = from;
    this.plane = plane;
  }

  /** The lines along these axes. */
  static Lines of(Call call, View view, List<Integer> axes) throws Refusal {
    View settled = call.wiring().settledIfPossible(call, view);
    Shape dims = Broadcast.limited(settled.dims());
    if (dims.size() == 0) {
      throw new Refusal("reads a value of shape " + dims + ", which has no elements");
    }
    List<Integer> kept = new ArrayList<>(dims.extents());
    axes.forEach(axis -> kept.set(axis, 1));
    Shape groups = new Shape(kept);
    Shape base = call.shape(settled.id());
    int[] from = new int[(int) dims.size()];
    Arrays.setAll(from, settled::from);
    Lines there = new Lines(dims, groups, settled.id(), from, (int) base.plane());
    return base.size() == dims.size() && there.isOrdered()
        ? there
        : arranged(call, settled, groups);
  }

  /** Whether each line is the channels of one place, in their order. */
  private boolean isOrdered() {
    if (groups.size() != plane) {
      return false;
    }
    int[] place = new int[plane];
    Arrays.fill(place, -1);
    for (int i = 0; i < from.length; i++) {
      int group = group(i);
      if ((place[group] >= 0 && place[group] != from[i] % plane) || from[i] / plane != index(i)) {
        return false;
      }
      place[group] = from[i] % plane;
    }
    return true;
  }

  /** The lines that there are, as [length, places]; one axis of these stays a map's. */
  private static Lines arranged(Call call, View view, Shape groups) throws Refusal {
    Shape dims = view.dims();
    int plane = (int) groups.size();
    int length = size(dims) / plane;
    List<Integer> kept = groups.extents().stream().filter(extent -> extent > 1).toList();
    Shape shape =
        kept.size() < 2
            ? Shape.of(length, plane)
            : Shape.of(length, kept.get(0), plane / kept.get(0));
    Lines lines = new Lines(dims, groups, -1, new int[size(dims)], plane);
    int[] to = new int[size(dims)];
    for (int i = 0; i < to.length; i++) {
      lines.from[i] = lines.index(i) * plane + lines.group(i);
      to[lines.from[i]] = i;
    }
    int id = call.wiring().rearranged(call, view, shape, i -> to[i]);
    return new Lines(dims, groups, id, lines.from, plane);
  }

  private static int size(Shape dims) {
    return (int) dims.size();
  }

  /** Which line an element of the view is of. */
  private int group(int element) {
    return Broadcast.index(element, dims, groups);
  }

  /** Where an element of the view is in its line. */
  private int index(int element) {
    int rest = element;
    int index = 0;
    int stride = 1;
    for (int axis = dims.rank() - 1; axis >= 0; axis--) {
      int extent = dims.extent(axis);
      if (groups.extent(axis) == 1) {
        index += rest % extent * stride;
        stride *= extent;
      }
      rest /= extent;
    }
    return index;
  }

  /** The value. */
  int id() {
    return id;
  }

  int length() {
    return from.length / plane;
  }

  /** A value of the same size as the view that was given. */
  View elements(int value) {
    return View.of(value, dims).rearranged(dims, from);
  }

  /** A value with one element for each line, with extents of 1 for the axes of the lines. */
  View results(int value) {
    int[] places = new int[plane];
    for (int i = 0; i < from.length; i++) {
      places[group(i)] = from[i] % plane;
    }
    return View.of(value, groups).rearranged(groups, places);
  }

  /** For each place in a line, what is said of each element of the view if it is the same. */
  double[] perIndex(Constant constant) throws Refusal {
    double[] values = new double[length()];
    Arrays.fill(values, Double.NaN);
    if (!Broadcast.shape(dims, constant.dims()).equals(dims)) {
      throw new Refusal("combines a value " + dims + " with a constant " + constant.dims());
    }
    for (int i = 0; i < from.length; i++) {
      double value = constant.values().get(Broadcast.index(i, dims, constant.dims()));
      int index = index(i);
      if (!Double.isNaN(values[index]) && values[index] != value) {
        throw new Refusal(
            "combines lines of " + length() + " with a constant " + constant.dims() + ", not one");
      }
      values[index] = value;
    }
    return values;
  }

  /** The axes from one on. */
  static List<Integer> axesFrom(int first, int rank) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = first; axis < rank; axis++) {
      axes.add(axis);
    }
    return axes;
  }

  /** The same operator of each line. */
  View map(Call call, Op op) throws Refusal {
    return elements(call.add(op, id));
  }

  /** One number of each line. */
  View reduced(Call call, Op.Reduce.Kind kind) throws Refusal {
    return results(call.add(new Op.Reduce(kind), id));
  }
}
