package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Resize and Upsample. Where each element of the result lies in the map as {@link Op.Upsample} has
 * it, that it is; else the weights of its neighbours are computed here, axis by axis.
 */
final class Resizing {
  private final Call call;
  private final Shape dims;
  private final List<Integer> extents;
  private final List<Double> scales = new ArrayList<>();
  private final List<Double> roi;
  private final List<Integer> axes = new ArrayList<>();

  private Resizing(Call call, Shape dims) throws Refusal {
    this.call = call;
    this.dims = dims;
    extents = new ArrayList<>(dims.extents());
    extents.forEach(extent -> scales.add(1.0));
    for (long axis : call.integers("axes")) {
      axes.add(Call.axis(axis, dims.rank()));
    }
    if (!call.has("axes")) {
      axes.addAll(Lines.axesFrom(0, dims.rank()));
    }
    boolean late = isLate(call);
    roi = late && call.hasInput(1) ? call.constant(1, "roi").doubles() : List.of();
  }

  static void resize(Call call) throws Refusal {
    int input = call.value(0);
    Resizing resizing = new Resizing(call, call.view(0).dims());
    resizing.measure();
    resizing.give(input);
  }

  /** Since version 11 Resize has more modes, and other defaults. */
  static boolean isLate(Call call) {
    return call.type().equals("Resize") && call.version() >= 11;
  }

  /** Scales are an attribute in version 7, the second input up to 10, the third later. */
  private List<Double> given() throws Refusal {
    int index = isLate(call) ? 2 : 1;
    if (call.hasInput(index) && call.constant(index, "scales").values().size() > 0) {
      return call.constant(index, "scales").doubles();
    }
    return call.reals("scales").stream().map(scale -> (double) scale).toList();
  }

  /** The extents that come of it, and how much larger they are. */
  private void measure() throws Refusal {
    List<Double> given = given();
    List<Long> sizes =
        given.isEmpty() && call.hasInput(3) ? call.constant(3, "sizes").longs() : List.of();
    if (Math.max(given.size(), sizes.size()) != axes.size()) {
      throw new Refusal(
          "has scales " + given + " or sizes " + sizes + " for " + axes.size() + " axes");
    }
    String policy = call.text("keep_aspect_ratio_policy", "stretch");
    double common = policy.equals("stretch") ? 0 : common(policy.equals("not_larger"), sizes);
    for (int i = 0; i < axes.size(); i++) {
      int axis = axes.get(i);
      int before = extents.get(axis);
      double scale = given.isEmpty() ? sizes.get(i) / (double) before : given.get(i);
      long after = given.isEmpty() ? sizes.get(i) : (long) Math.floor(before * scale);
      if (common > 0) {
        scale = common;
        after = (long) Math.floor(before * common + 0.5);
      }
      if (after < 1 || (axis < 2 && after != before)) {
        throw new Refusal("resizes axis " + axis + " from " + before + " to " + after);
      }
      extents.set(axis, Call.exact(after));
      scales.set(axis, scale);
    }
  }

  /** The scale of all axes where their ratio is kept. */
  private double common(boolean least, List<Long> sizes) throws Refusal {
    if (sizes.isEmpty()) {
      throw new Refusal("keeps the ratio of no sizes");
    }
    double common = sizes.get(0) / (double) dims.extent(axes.get(0));
    for (int i = 1; i < sizes.size(); i++) {
      double scale = sizes.get(i) / (double) dims.extent(axes.get(i));
      common = least ? Math.min(common, scale) : Math.max(common, scale);
    }
    return common;
  }

  private void give(int input) throws Refusal {
    int rank = dims.rank();
    Shape target = Wiring.unbatched(Broadcast.limited(new Shape(extents)));
    Interpolation columns = axis(rank - 1);
    Interpolation rows = rank == 4 ? axis(2) : Interpolation.NONE;
    for (boolean aligned : new boolean[] {false, true}) {
      Optional<Op.Upsample.Mode> mode = columns.upsampled(aligned);
      if (mode.isPresent() && (rank < 4 || rows.upsampled(aligned).equals(mode))) {
        call.give(new Op.Upsample(mode.get(), aligned, target.height(), target.width()), input);
        return;
      }
    }
    int resampled = call.add(new Op.Resample(rows.taps(), columns.taps()), input);
    Window.Padding border =
        new Window.Padding(rows.before(), columns.before(), rows.after(), columns.after());
    call.give(
        border.equals(Window.Padding.NONE)
            ? resampled
            : call.add(new Op.Pad(border, 0, 0, call.real("extrapolation_value", 0)), resampled));
  }

  private Interpolation axis(int axis) throws Refusal {
    int place = axes.indexOf(axis);
    double start = 0;
    double end = 1;
    if (place >= 0 && roi.size() == 2 * axes.size()) {
      start = roi.get(place);
      end = roi.get(axes.size() + place);
    }
    return Interpolation.of(
        call, dims.extent(axis), extents.get(axis), scales.get(axis), start, end);
  }
}
