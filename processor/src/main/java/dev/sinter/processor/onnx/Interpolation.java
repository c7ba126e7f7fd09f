package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the elements of a resized axis lie in the one that is given, and the weights of what lies
 * around. Formulas: the definition of Resize in ONNX.
 *
 * @param extent of the axis that is given
 * @param positions there, one for each element that lies in it
 * @param weights of indices, one for each of those
 * @param before how many elements lie before the axis, in the mode that crops
 * @param after how many behind it
 */
record Interpolation(
    String mode,
    int extent,
    List<Double> positions,
    List<SortedMap<Integer, Double>> weights,
    int before,
    int after) {
  /** A sequence's rows. */
  static final Interpolation NONE =
      new Interpolation("nearest", 1, List.of(0.0), List.of(new TreeMap<>(Map.of(0, 1.0))), 0, 0);

  /**
   * An axis.
   *
   * @param given its extent
   * @param wanted that of the result
   * @param start of the region of interest, as a part of the axis
   * @param end of it
   */
  static Interpolation of(Call call, int given, int wanted, double scale, double start, double end)
      throws Refusal {
    boolean late = Resizing.isLate(call);
    String coordinates =
        call.text("coordinate_transformation_mode", late ? "half_pixel" : "asymmetric");
    boolean crops = coordinates.equals("tf_crop_and_resize");
    Neighbours neighbours = Neighbours.of(call, scale);
    List<Double> positions = new ArrayList<>();
    List<SortedMap<Integer, Double>> weights = new ArrayList<>();
    int before = 0;
    int after = 0;
    for (int i = 0; i < wanted; i++) {
      // An axis that stays as it is is not interpolated, whatever the coordinates.
      double at =
          crops
              ? cropped(i, given, wanted, start, end)
              : given == wanted && scale == 1 ? i : position(coordinates, i, given, wanted, scale);
      if (!Double.isFinite(at)) {
        throw new Refusal("has an element at " + at);
      }
      if (crops && (at < 0 || at > given - 1)) {
        before += positions.isEmpty() ? 1 : 0;
        after += positions.isEmpty() ? 0 : 1;
      } else if (after > 0) {
        throw new Refusal("has a region of interest that leaves the map and returns");
      } else {
        positions.add(at);
        weights.add(neighbours.weights(at, given));
      }
    }
    if (positions.isEmpty()) {
      throw new Refusal("has a region of interest outside of the map");
    }
    return new Interpolation(neighbours.mode(), given, positions, weights, before, after);
  }

  private static double cropped(int i, int given, int wanted, double start, double end) {
    double last = given - 1;
    return wanted > 1
        ? start * last + i * (end - start) * last / (wanted - 1)
        : 0.5 * (start + end) * last;
  }

  private static double position(String mode, int i, int given, int wanted, double scale)
      throws Refusal {
    return switch (mode) {
      case "half_pixel" -> (i + 0.5) / scale - 0.5;
      case "half_pixel_symmetric" ->
          given / 2.0 * (1 - wanted / (scale * given)) + (i + 0.5) / scale - 0.5;
      case "pytorch_half_pixel" -> wanted > 1 ? (i + 0.5) / scale - 0.5 : 0;
      case "align_corners" -> wanted == 1 ? 0 : i * (given - 1.0) / (wanted - 1);
      case "asymmetric" -> i / scale;
      case "tf_half_pixel_for_nn" -> (i + 0.5) / scale;
      default -> throw new Refusal("has the unknown coordinate_transformation_mode '" + mode + "'");
    };
  }

  /**
   * How {@link Op.Upsample} makes the same elements, if it does.
   *
   * @param aligned whether it aligns corners
   */
  Optional<Op.Upsample.Mode> upsampled(boolean aligned) {
    boolean nearest = mode.equals("nearest");
    if (before + after > 0 || mode.equals("cubic") || (nearest && aligned)) {
      return Optional.empty();
    }
    int wanted = positions.size();
    for (int i = 0; i < wanted; i++) {
      double ours =
          nearest
              ? Math.min((int) (i * ((float) extent / wanted)), extent - 1)
              : aligned
                  ? wanted == 1 ? 0 : i * (extent - 1.0) / (wanted - 1)
                  : (i + 0.5) * extent / wanted - 0.5;
      SortedMap<Integer, Double> plain =
          nearest ? Neighbours.nearest((int) ours) : Neighbours.linear(ours, extent);
      if (!isClose(plain, weights.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(nearest ? Op.Upsample.Mode.NEAREST : Op.Upsample.Mode.BILINEAR);
  }

  /** Coordinates are computed in another order. */
  private static boolean isClose(SortedMap<Integer, Double> a, SortedMap<Integer, Double> b) {
    SortedMap<Integer, Double> difference = new TreeMap<>(a);
    b.forEach((index, weight) -> difference.merge(index, -weight, Double::sum));
    return difference.values().stream().allMatch(weight -> Math.abs(weight) < 1e-9);
  }

  /** The weights as an operator has them. */
  Op.Resample.Taps taps() {
    int count = 1;
    for (SortedMap<Integer, Double> own : weights) {
      count = Math.max(count, own.lastKey() - own.firstKey() + 1);
    }
    List<Integer> first = new ArrayList<>();
    double[] table = new double[count * weights.size()];
    for (int i = 0; i < weights.size(); i++) {
      int from = Math.min(weights.get(i).firstKey(), extent - count);
      int row = i * count;
      first.add(from);
      weights.get(i).forEach((index, weight) -> table[row + index - from] = weight);
    }
    return new Op.Resample.Taps(first, Tensor.of(Shape.of(weights.size(), count), table));
  }
}
