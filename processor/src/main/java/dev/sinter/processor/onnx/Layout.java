package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.List;

/** Where a value of a model has its channels: an axis behind the batch, or the last one. */
enum Layout {
  CHANNELS_FIRST,
  CHANNELS_LAST;

  /** What the graph has for a value of these extents, which are without the batch. */
  Shape shape(List<Integer> extents) {
    List<Integer> shape = new ArrayList<>(extents);
    if (this == CHANNELS_LAST) {
      shape.add(0, shape.remove(shape.size() - 1));
    }
    return new Shape(shape);
  }

  /**
   * A value of the graph as the model has it.
   *
   * @param extents as the model has them, without the batch
   */
  View view(int id, List<Integer> extents) {
    Shape shape = shape(extents);
    View first = View.of(id, Call.batched(shape));
    if (this == CHANNELS_FIRST) {
      return first;
    }
    int channels = shape.channels();
    int[] from = new int[first.size()];
    for (int i = 0; i < from.length; i++) {
      from[i] = i % channels * (from.length / channels) + i / channels;
    }
    return first.rearranged(Call.batched(new Shape(extents)), from);
  }

  /**
   * Where the elements of a view have their channels; the first axis if they have no such order.
   */
  static Layout of(View view) {
    int rank = view.dims().rank();
    if (view.isOrdered() || rank < 3 || rank > 4 || view.dims().extent(0) != 1) {
      return CHANNELS_FIRST;
    }
    List<Integer> extents = view.dims().extents().subList(1, rank);
    View last = CHANNELS_LAST.view(view.id(), extents);
    for (int i = 0; i < view.size(); i++) {
      if (view.from(i) != last.from(i)) {
        return CHANNELS_FIRST;
      }
    }
    return CHANNELS_LAST;
  }
}
