package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Resize and Upsample, in those of their many modes in which each element of the result lies in the
 * map where {@link Op.Upsample} has it.
 */
final class Resizing {
  private Resizing() {}

  static void resize(Call call) throws Refusal {
    int input = call.value(0);
    Shape map = call.shape(input);
    int rank = map.rank() + 1;
    List<Integer> extents = new ArrayList<>(call.view(0).dims().extents());
    List<Double> scales = new ArrayList<>();
    extents.forEach(extent -> scales.add(1.0));
    List<Integer> axes = axes(call, rank);
    List<Double> given = scales(call);
    List<Long> sizes = call.hasInput(3) ? call.constant(3, "sizes").longs() : List.of();
    if (Math.max(given.size(), sizes.size()) != axes.size()) {
      throw new Refusal(
          "has scales " + given + " or sizes " + sizes + " for " + axes.size() + " axes");
    }
    if (!call.text("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
      throw new Refusal("keeps the aspect ratio");
    }
    for (int i = 0; i < axes.size(); i++) {
      int axis = axes.get(i);
      int before = extents.get(axis);
      double scale = given.isEmpty() ? sizes.get(i) / (double) before : given.get(i);
      long after = given.isEmpty() ? sizes.get(i) : (long) Math.floor(before * scale);
      if (after < 1 || (axis < 2 && after != before)) {
        throw new Refusal("resizes axis " + axis + " from " + before + " to " + after);
      }
      extents.set(axis, Call.exact(after));
      scales.set(axis, scale);
    }
    Shape target = Wiring.unbatched(new Shape(extents));
    Op.Upsample op = op(call, target);
    boolean nearest = op.mode() == Op.Upsample.Mode.NEAREST;
    if (rank == 4) {
      check(call, nearest, map.height(), target.height(), scales.get(2));
    }
    check(call, nearest, map.width(), target.width(), scales.get(rank - 1));
    call.give(op, input);
  }

  private static List<Integer> axes(Call call, int rank) throws Refusal {
    List<Integer> axes = new ArrayList<>();
    for (long axis : call.integers("axes")) {
      axes.add(Call.axis(axis, rank));
    }
    for (int axis = 0; axis < rank && !call.has("axes"); axis++) {
      axes.add(axis);
    }
    return axes;
  }

  /** An attribute in version 7, the second input up to 10, the third later. */
  private static List<Double> scales(Call call) throws Refusal {
    boolean late = call.type().equals("Resize") && call.version() >= 11;
    int index = late ? 2 : 1;
    if (call.hasInput(index)) {
      return call.constant(index, "scales").doubles();
    }
    return call.reals("scales").stream().map(scale -> (double) scale).toList();
  }

  private static Op.Upsample op(Call call, Shape target) throws Refusal {
    String mode = call.text("mode", "nearest");
    boolean corners = coordinates(call).equals("align_corners");
    if (!mode.equals("nearest") && !mode.equals("linear")) {
      throw new Refusal("has the mode '" + mode + "'; Sinter resizes by nearest and linear");
    }
    if (call.flag("antialias") || call.flag("exclude_outside")) {
      throw new Refusal("has antialias or exclude_outside, which Sinter's layers have not");
    }
    boolean nearest = mode.equals("nearest");
    return new Op.Upsample(
        nearest ? Op.Upsample.Mode.NEAREST : Op.Upsample.Mode.BILINEAR,
        !nearest && corners,
        target.height(),
        target.width());
  }

  private static String coordinates(Call call) throws Refusal {
    boolean late = call.type().equals("Resize") && call.version() >= 11;
    return call.text("coordinate_transformation_mode", late ? "half_pixel" : "asymmetric");
  }

  /** Requires that every element lies where our operator has it. */
  private static void check(Call call, boolean nearest, int before, int after, double scale)
      throws Refusal {
    boolean late = call.type().equals("Resize") && call.version() >= 11;
    String rounding = call.text("nearest_mode", late ? "round_prefer_floor" : "floor");
    String coordinates = coordinates(call);
    for (int i = 0; i < after; i++) {
      double at = position(coordinates, i, before, after, scale);
      double theirs = nearest ? rounded(rounding, at) : at;
      double ours =
          nearest
              ? Math.floor(i * (double) before / after)
              : linear(coordinates.equals("align_corners"), i, before, after);
      double last = before - 1.0;
      if (Math.abs(Math.max(0, Math.min(theirs, last)) - Math.max(0, Math.min(ours, last)))
          > 1e-6) {
        throw new Refusal(
            "has coordinate_transformation_mode '"
                + coordinates
                + (nearest ? "' and nearest_mode '" + rounding : "")
                + "', which from "
                + before
                + " to "
                + after
                + " takes other elements than PyTorch's interpolate");
      }
    }
  }

  private static double linear(boolean corners, int i, int before, int after) {
    if (corners) {
      return after == 1 ? 0 : i * (before - 1.0) / (after - 1);
    }
    return (i + 0.5) * before / after - 0.5;
  }

  private static double position(String mode, int i, int before, int after, double scale)
      throws Refusal {
    return switch (mode) {
      case "half_pixel" -> (i + 0.5) / scale - 0.5;
      case "pytorch_half_pixel" -> after > 1 ? (i + 0.5) / scale - 0.5 : 0;
      case "align_corners" -> after == 1 ? 0 : i * (before - 1.0) / (after - 1);
      case "asymmetric" -> i / scale;
      default ->
          throw new Refusal(
              "has the coordinate_transformation_mode '" + mode + "', which Sinter does not have");
    };
  }

  private static double rounded(String mode, double at) throws Refusal {
    return switch (mode) {
      case "floor" -> Math.floor(at);
      case "ceil" -> Math.ceil(at);
      case "round_prefer_floor" -> Math.ceil(at - 0.5);
      case "round_prefer_ceil" -> Math.floor(at + 0.5);
      default -> throw new Refusal("has the unknown nearest_mode '" + mode + "'");
    };
  }
}
