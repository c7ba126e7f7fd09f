package dev.sinter.processor.onnx;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/**
 * The weights of the elements around a position, by which it is interpolated.
 *
 * @param mode nearest, linear or cubic
 * @param rounding of nearest: which of two neighbours
 * @param a of cubic: the coefficient of the kernel
 * @param stretch of the kernel, over 1 where antialiasing makes it as wide as what it stands for
 * @param excluding whether what lies outside has no weight, and not that of the border
 */
record Neighbours(String mode, String rounding, double a, double stretch, boolean excluding) {

  static Neighbours of(Call call, double scale) throws Refusal {
    String mode = call.text("mode", "nearest");
    if (!mode.equals("nearest") && !mode.equals("linear") && !mode.equals("cubic")) {
      throw new Refusal("has the unknown mode '" + mode + "'");
    }
    String rounding =
        call.text("nearest_mode", Resizing.isLate(call) ? "round_prefer_floor" : "floor");
    boolean wide = call.flag("antialias") && scale < 1;
    return new Neighbours(
        mode,
        rounding,
        call.real("cubic_coeff_a", -0.75f),
        wide ? 1 / scale : 1,
        call.flag("exclude_outside"));
  }

  /** By index, of those in the axis; they add up to 1. */
  SortedMap<Integer, Double> weights(double at, int extent) throws Refusal {
    return switch (mode) {
      case "nearest" -> nearest((int) Math.max(0, Math.min(rounded(at), extent - 1)));
      case "linear" ->
          stretch == 1 && !excluding
              ? linear(at, extent)
              : kernel(at, extent, 1, x -> Math.max(0, 1 - Math.abs(x)));
      default -> kernel(at, extent, 2, this::cubic);
    };
  }

  static SortedMap<Integer, Double> nearest(int index) {
    SortedMap<Integer, Double> weights = new TreeMap<>();
    weights.put(index, 1.0);
    return weights;
  }

  static SortedMap<Integer, Double> linear(double at, int extent) {
    double inside = Math.max(0, Math.min(at, extent - 1));
    int first = (int) inside;
    SortedMap<Integer, Double> weights = new TreeMap<>();
    weights.put(first, first + 1 - inside);
    if (inside > first) {
      weights.put(first + 1, inside - first);
    }
    return weights;
  }

  private double rounded(double at) throws Refusal {
    return switch (rounding) {
      case "floor" -> Math.floor(at);
      case "ceil" -> Math.ceil(at);
      case "round_prefer_floor" -> Math.ceil(at - 0.5);
      case "round_prefer_ceil" -> Math.floor(at + 0.5);
      default -> throw new Refusal("has the unknown nearest_mode '" + rounding + "'");
    };
  }

  /** R. Keys' kernel. */
  private double cubic(double x) {
    double d = Math.abs(x);
    if (d <= 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  }

  /** A kernel around the position. */
  private SortedMap<Integer, Double> kernel(
      double at, int extent, int radius, DoubleUnaryOperator kernel) throws Refusal {
    SortedMap<Integer, Double> weights = new TreeMap<>();
    double reach = radius * stretch;
    double sum = 0;
    for (int i = (int) Math.ceil(at - reach); i <= at + reach; i++) {
      boolean inside = i >= 0 && i < extent;
      double weight = kernel.applyAsDouble((i - at) / stretch);
      if (weight != 0 && (inside || !excluding)) {
        weights.merge(Math.max(0, Math.min(i, extent - 1)), weight, Double::sum);
        sum += weight;
      }
    }
    double total = sum;
    if (!(Math.abs(total) > 0)) {
      throw new Refusal("interpolates at " + at + ", where nothing has a weight");
    }
    weights.replaceAll((index, weight) -> weight / total);
    return weights;
  }
}
