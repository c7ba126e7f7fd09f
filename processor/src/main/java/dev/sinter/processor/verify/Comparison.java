package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Two fragments that should be the same function, computed in double on inputs that are the same in
 * every build, since certificates are part of what is generated.
 *
 * @param before what is replaced
 * @param after what replaces it
 * @param shapes the shapes of the values that both read
 */
record Comparison(Graph before, Graph after, Map<Integer, Shape> shapes) {
  /** Any number, but always the same. */
  private static final long SEED = 20220327;

  /**
   * The least float with all its digits. Rounding errs by 2⁻²⁴ of a constant down to here, and by
   * 2⁻²⁴ of this below.
   */
  private static final double LEAST_NORMAL = 0x1p-126;

  Comparison {
    shapes = new LinkedHashMap<>(shapes);
  }

  static Comparison of(
      Graph before, int replaced, Graph after, int result, Map<Integer, Shape> shapes) {
    return new Comparison(
        before.fragment(shapes, replaced), after.fragment(shapes, result), shapes);
  }

  boolean isOfOneShape() {
    return result(before).equals(result(after));
  }

  Certificate certify() {
    Graph baked = after.rounded();
    Worst worst = new Worst();
    for (Probe probe : Probe.values()) {
      Map<Integer, double[]> inputs = inputs(probe);
      Value exact = run(after, inputs, 0);
      double[] gains = gains(exact, run(after, inputs, LEAST_NORMAL));
      worst.compare(run(before, inputs, 0), exact, run(baked, inputs, 0), gains, probe);
    }
    Bounds bounds = Bounds.of(before, after);
    return new Certificate(
        worst.exact, bounds.exact(), worst.shipped, bounds.shipped(), worst.values, worst.label());
  }

  /**
   * The error that underflow explains is absolute, but it is 2⁻²⁴ of what a magnitude gains by
   * counting each constant that is not 0 as a normal float at least, also one that is rounded to 0.
   */
  private static double[] gains(Value value, Value counted) {
    double[] gains = new double[value.size()];
    for (int i = 0; i < gains.length; i++) {
      gains[i] = Math.max(0, counted.magnitude(i) - value.magnitude(i));
    }
    return gains;
  }

  private Map<Integer, double[]> inputs(Probe probe) {
    Random random = new Random(SEED);
    Map<Integer, double[]> inputs = new HashMap<>();
    shapes.forEach((id, shape) -> inputs.put(id, probe.elements(shape, random)));
    return inputs;
  }

  private static Value run(Graph fragment, Map<Integer, double[]> inputs, double least) {
    Map<Integer, Value> values = Interpreter.run(fragment, inputs, least);
    return Objects.requireNonNull(values.get(fragment.outputs().get(0).id()));
  }

  private static Shape result(Graph fragment) {
    return fragment.node(fragment.outputs().get(0).id()).shape();
  }

  /** The largest errors so far. */
  private static final class Worst {
    private double exact;
    private double shipped;
    private long values;
    private Probe probe = Probe.RANDOM;

    /**
     * Compares the results of one probe.
     *
     * @param gains what the shipped errors are relative to beside the magnitudes
     */
    void compare(Value before, Value after, Value baked, double[] gains, Probe kind) {
      if (!before.shape().equals(after.shape())) {
        record(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, kind);
        return;
      }
      for (int i = 0; i < before.size(); i++) {
        double y = before.value(i);
        double magnitude = before.magnitude(i);
        record(
            error(after.value(i) - y, magnitude),
            error(baked.value(i) - y, magnitude + gains[i]),
            kind);
      }
      values += before.size();
    }

    String label() {
      return probe.label();
    }

    private void record(double exactError, double shippedError, Probe kind) {
      if (Math.max(exactError, shippedError) > Math.max(exact, shipped)) {
        probe = kind;
      }
      exact = Math.max(exact, exactError);
      shipped = Math.max(shipped, shippedError);
    }

    /** Infinite where something is not a number, or is off though all its terms are zero. */
    private static double error(double difference, double magnitude) {
      double error = difference == 0 ? 0 : Math.abs(difference) / magnitude;
      return Double.isFinite(error) && Double.isFinite(magnitude)
          ? error
          : Double.POSITIVE_INFINITY;
    }
  }
}
