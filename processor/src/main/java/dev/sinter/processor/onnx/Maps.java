package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Views some of whose axes are the whole map of each channel of the value below. */
final class Maps {
  private Maps() {}

  /** Whether the elements along these axes are all places of one channel. */
  static boolean isPlane(Call call, View given, List<Integer> axes) throws Refusal {
    return channels(call, call.wiring().settledIfPossible(call, given), axes).length > 0;
  }

  /** One number of each map, with extents of 1 for these axes. */
  static View pooled(Call call, View given, List<Integer> axes, Op.Pool.Kind kind) throws Refusal {
    View view = call.wiring().settledIfPossible(call, given);
    int[] channels = channels(call, view, axes);
    int pooled = call.add(new Op.GlobalPool(kind), view.id());
    Shape groups = groups(view.dims(), axes);
    return View.of(pooled, groups).rearranged(groups, channels);
  }

  private static Shape groups(Shape dims, List<Integer> axes) {
    List<Integer> kept = new ArrayList<>(dims.extents());
    axes.forEach(axis -> kept.set(axis, 1));
    return new Shape(kept);
  }

  /** The channel of each map; nothing if it is none. */
  private static int[] channels(Call call, View view, List<Integer> axes) {
    Shape base = call.shape(view.id());
    Shape groups = groups(view.dims(), axes);
    if (base.rank() < 2 || groups.size() != base.channels() || base.size() != view.size()) {
      return new int[0];
    }
    int[] channels = new int[base.channels()];
    Arrays.fill(channels, -1);
    for (int i = 0; i < view.size(); i++) {
      int group = Broadcast.index(i, view.dims(), groups);
      int from = (int) (view.from(i) / base.plane());
      if (channels[group] >= 0 && channels[group] != from) {
        return new int[0];
      }
      channels[group] = from;
    }
    return channels;
  }
}
