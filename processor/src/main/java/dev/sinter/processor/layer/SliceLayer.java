package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import java.util.Locale;

/** {@code @Slice}: Python's slice of one axis. */
final class SliceLayer implements LayerType {
  @Override
  public String annotation() {
    return "Slice";
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    int axis = layer.values().integer("axis");
    if (axis < 0 || axis >= layer.input().rank()) {
      throw layer.bad(
          "axis",
          axis,
          String.format(
              Locale.ROOT,
              "an axis of the input %s, 0 to %d",
              layer.input(),
              layer.input().rank() - 1));
    }
    int step = layer.values().integer("step");
    if (step < 1) {
      throw layer.bad("step", step, "at least 1");
    }
    int extent = layer.input().extent(axis);
    int start = index(layer.values().integer("start"), extent);
    int end = index(layer.values().integer("end"), extent);
    if (start >= extent) {
      throw layer.bad(
          "start", layer.values().integer("start"), "less than " + extent + ", the axis' extent");
    }
    if (end <= start) {
      throw layer.bad(
          "end",
          layer.values().integer("end"),
          "beyond the start, index " + start + " of " + extent);
    }
    return new Op.Slice(axis, start, end, step);
  }

  /** As Python reads an index: from the end if negative, and never beyond either end. */
  private static int index(int written, int extent) {
    int index = written < 0 ? written + extent : written;
    return Math.max(0, Math.min(index, extent));
  }
}
