package dev.sinter.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of Winograd's minimal filtering F(m, 3), m = 2 or 4, in one dimension: y =
 * Aᵀ((G·g) ⊙ (Bᵀ·d)). The points are 0, ±1 and 0, ±√½, ±√2, and ∞ for both; with these four the
 * errors are a quarter of those with ±1, ±2. Sources: A. Lavin, S. Gray, <i>Fast Algorithms for
 * Convolutional Neural Networks</i>, arXiv 1509.09308; B. Barabasz et al., <i>Error Analysis and
 * Improving the Accuracy of Winograd Convolution for Deep Neural Networks</i>, arXiv 1803.10986.
 */
final class Winograd {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private static final double A = Math.sqrt(0.5);
  private static final double B = Math.sqrt(2);
  private static final float A1 = (float) A;
  private static final float B1 = (float) B;

  private Winograd() {}

  /**
   * G·g·Gᵀ of the filter g, [3, 3] from {@code weights[at]}.
   *
   * @param g {@link #g}(m)
   * @param result [m + 2, m + 2]
   */
  static void filter(double[][] g, float[] weights, int at, double[] result) {
    int n = g.length;
    for (int i = 0; i < n * n; i++) {
      double sum = 0;
      for (int tap = 0; tap < 9; tap++) {
        sum += g[i / n][tap / 3] * weights[at + tap] * g[i % n][tap % 3];
      }
      result[i] = sum;
    }
  }

  /** Row j: 1, p, p² of point j, divided by its distances to the other points. */
  static double[][] g(int m) {
    double[] points = m == 2 ? new double[] {0, 1, -1} : new double[] {0, A, -A, B, -B};
    double[][] rows = new double[m + 2][];
    for (int j = 0; j <= m; j++) {
      double p = points[j];
      double distances = 1;
      for (int l = 0; l <= m; l++) {
        distances *= l == j ? 1 : p - points[l];
      }
      rows[j] = new double[] {1 / distances, p / distances, p * p / distances};
    }
    rows[m + 1] = new double[] {0, 0, 1};
    return rows;
  }

  /**
   * Bᵀ·d of {@code count} floats that lie behind each other, as their results do, in whole vectors.
   *
   * @param step from an element of d to the next
   * @param toStep from an element of the result to the next
   */
  static void input(int m, float[] d, int at, int step, float[] t, int to, int toStep, int count) {
    if (m == 2) {
      input2(d, at, step, t, to, toStep, count);
    } else {
      input4(d, at, step, t, to, toStep, count);
    }
  }

  private static void input2(
      float[] d, int at, int step, float[] t, int to, int toStep, int count) {
    for (int c = 0; c < count; c += LANES) {
      int i = at + c;
      int o = to + c;
      FloatVector d1 = FloatVector.fromArray(SPECIES, d, i + step);
      FloatVector d2 = FloatVector.fromArray(SPECIES, d, i + 2 * step);
      d2.sub(FloatVector.fromArray(SPECIES, d, i)).intoArray(t, o);
      d2.add(d1).intoArray(t, o + toStep);
      d2.sub(d1).intoArray(t, o + 2 * toStep);
      FloatVector.fromArray(SPECIES, d, i + 3 * step).sub(d1).intoArray(t, o + 3 * toStep);
    }
  }

  private static void input4(
      float[] d, int at, int step, float[] t, int to, int toStep, int count) {
    FloatVector middle = FloatVector.broadcast(SPECIES, -2.5f);
    FloatVector half = FloatVector.broadcast(SPECIES, -0.5f);
    FloatVector two = FloatVector.broadcast(SPECIES, -2);
    for (int c = 0; c < count; c += LANES) {
      int i = at + c;
      int o = to + c;
      FloatVector d1 = FloatVector.fromArray(SPECIES, d, i + step);
      FloatVector d2 = FloatVector.fromArray(SPECIES, d, i + 2 * step);
      FloatVector d3 = FloatVector.fromArray(SPECIES, d, i + 3 * step);
      FloatVector d4 = FloatVector.fromArray(SPECIES, d, i + 4 * step);
      d2.fma(middle, FloatVector.fromArray(SPECIES, d, i).add(d4)).intoArray(t, o);
      FloatVector even = d2.fma(two, d4);
      FloatVector odd = d1.fma(two, d3).mul(A1);
      even.add(odd).intoArray(t, o + toStep);
      even.sub(odd).intoArray(t, o + 2 * toStep);
      even = d2.fma(half, d4);
      odd = d1.fma(half, d3).mul(B1);
      even.add(odd).intoArray(t, o + 3 * toStep);
      even.sub(odd).intoArray(t, o + 4 * toStep);
      d3.fma(middle, d1.add(FloatVector.fromArray(SPECIES, d, i + 5 * step)))
          .intoArray(t, o + 5 * toStep);
    }
  }

  /**
   * Bᵀ·d of {@code count} channels of some tiles, into {@link Gemm}'s panels.
   *
   * @param next from a tile to the next
   */
  static void panels(
      int m,
      float[] d,
      int at,
      int step,
      int next,
      float[] t,
      int to,
      int toStep,
      int tiles,
      int count) {
    if (m == 2) {
      panels2(d, at, step, next, t, to, toStep, tiles, count);
    } else {
      panels4(d, at, step, next, t, to, toStep, tiles, count);
    }
  }

  private static void panels2(
      float[] d, int at, int step, int next, float[] t, int to, int toStep, int tiles, int count) {
    for (int tile = 0; tile < tiles; tile++) {
      for (int c = 0; c < count; c += LANES) {
        int i = at + tile * next + c;
        int o = to + tile * LANES + c * Gemm.PLACES;
        FloatVector d1 = FloatVector.fromArray(SPECIES, d, i + step);
        FloatVector d2 = FloatVector.fromArray(SPECIES, d, i + 2 * step);
        d2.sub(FloatVector.fromArray(SPECIES, d, i)).intoArray(t, o);
        d2.add(d1).intoArray(t, o + toStep);
        d2.sub(d1).intoArray(t, o + 2 * toStep);
        FloatVector.fromArray(SPECIES, d, i + 3 * step).sub(d1).intoArray(t, o + 3 * toStep);
      }
    }
  }

  private static void panels4(
      float[] d, int at, int step, int next, float[] t, int to, int toStep, int tiles, int count) {
    FloatVector middle = FloatVector.broadcast(SPECIES, -2.5f);
    FloatVector half = FloatVector.broadcast(SPECIES, -0.5f);
    FloatVector two = FloatVector.broadcast(SPECIES, -2);
    for (int tile = 0; tile < tiles; tile++) {
      for (int c = 0; c < count; c += LANES) {
        int i = at + tile * next + c;
        int o = to + tile * LANES + c * Gemm.PLACES;
        FloatVector d1 = FloatVector.fromArray(SPECIES, d, i + step);
        FloatVector d2 = FloatVector.fromArray(SPECIES, d, i + 2 * step);
        FloatVector d3 = FloatVector.fromArray(SPECIES, d, i + 3 * step);
        FloatVector d4 = FloatVector.fromArray(SPECIES, d, i + 4 * step);
        d2.fma(middle, FloatVector.fromArray(SPECIES, d, i).add(d4)).intoArray(t, o);
        FloatVector even = d2.fma(two, d4);
        FloatVector odd = d1.fma(two, d3).mul(A1);
        even.add(odd).intoArray(t, o + toStep);
        even.sub(odd).intoArray(t, o + 2 * toStep);
        even = d2.fma(half, d4);
        odd = d1.fma(half, d3).mul(B1);
        even.add(odd).intoArray(t, o + 3 * toStep);
        even.sub(odd).intoArray(t, o + 4 * toStep);
        d3.fma(middle, d1.add(FloatVector.fromArray(SPECIES, d, i + 5 * step)))
            .intoArray(t, o + 5 * toStep);
      }
    }
  }

  /**
   * Aᵀ·t of {@code count} channels of some tiles, plus a bias.
   *
   * @param toNext from a tile's result to the next one's; {@code count} floats, whole vectors, lie
   *     between what they are made of
   */
  static void output(
      int m,
      float[] t,
      int at,
      int step,
      float[] y,
      int to,
      int toStep,
      int toNext,
      int tiles,
      int count,
      float[] bias) {
    if (m == 2) {
      output2(t, at, step, y, to, toStep, toNext, tiles, count, bias);
    } else {
      even4(t, at, step, y, to, toStep, toNext, tiles, count, bias);
      odd4(t, at, step, y, to, toStep, toNext, tiles, count, bias);
    }
  }

  private static void output2(
      float[] t,
      int at,
      int step,
      float[] y,
      int to,
      int toStep,
      int toNext,
      int tiles,
      int count,
      float[] bias) {
    int c = 0;
    int begin = to;
    for (int n = 0; n < tiles * count; n += LANES) {
      int i = at + n;
      int o = begin + c;
      FloatVector b = FloatVector.fromArray(SPECIES, bias, c);
      FloatVector t1 = FloatVector.fromArray(SPECIES, t, i + step);
      FloatVector t2 = FloatVector.fromArray(SPECIES, t, i + 2 * step);
      FloatVector.fromArray(SPECIES, t, i).add(t1.add(t2)).add(b).intoArray(y, o);
      FloatVector.fromArray(SPECIES, t, i + 3 * step)
          .add(t1.sub(t2))
          .add(b)
          .intoArray(y, o + toStep);
      c += LANES;
      if (c == count) {
        c = 0;
        begin += toNext;
      }
    }
  }

  // Two flat loops: HotSpot puts the vectors of one that is longer or nested into objects.

  private static void even4(
      float[] t,
      int at,
      int step,
      float[] y,
      int to,
      int toStep,
      int toNext,
      int tiles,
      int count,
      float[] bias) {
    int c = 0;
    int begin = to;
    for (int n = 0; n < tiles * count; n += LANES) {
      int i = at + n;
      int o = begin + c;
      FloatVector b = FloatVector.fromArray(SPECIES, bias, c);
      FloatVector t0 = FloatVector.fromArray(SPECIES, t, i);
      FloatVector t1 = FloatVector.fromArray(SPECIES, t, i + step);
      FloatVector t2 = FloatVector.fromArray(SPECIES, t, i + 2 * step);
      FloatVector t3 = FloatVector.fromArray(SPECIES, t, i + 3 * step);
      FloatVector t4 = FloatVector.fromArray(SPECIES, t, i + 4 * step);
      FloatVector sum1 = t1.add(t2);
      FloatVector sum2 = t3.add(t4);
      t0.add(sum1).add(sum2).add(b).intoArray(y, o);
      sum1.mul(0.5f).add(sum2.add(sum2)).add(b).intoArray(y, o + 2 * toStep);
      c += LANES;
      if (c == count) {
        c = 0;
        begin += toNext;
      }
    }
  }

  private static void odd4(
      float[] t,
      int at,
      int step,
      float[] y,
      int to,
      int toStep,
      int toNext,
      int tiles,
      int count,
      float[] bias) {
    int c = 0;
    int begin = to;
    for (int n = 0; n < tiles * count; n += LANES) {
      int i = at + n;
      int o = begin + c;
      FloatVector b = FloatVector.fromArray(SPECIES, bias, c);
      FloatVector t1 = FloatVector.fromArray(SPECIES, t, i + step);
      FloatVector t2 = FloatVector.fromArray(SPECIES, t, i + 2 * step);
      FloatVector t3 = FloatVector.fromArray(SPECIES, t, i + 3 * step);
      FloatVector t4 = FloatVector.fromArray(SPECIES, t, i + 4 * step);
      FloatVector odd1 = t1.sub(t2).mul(A1);
      FloatVector odd2 = t3.sub(t4).mul(B1);
      odd1.add(odd2).add(b).intoArray(y, o + toStep);
      FloatVector last = FloatVector.fromArray(SPECIES, t, i + 5 * step).add(b);
      odd1.mul(0.5f).add(odd2.add(odd2)).add(last).intoArray(y, o + 3 * toStep);
      c += LANES;
      if (c == count) {
        c = 0;
        begin += toNext;
      }
    }
  }
}
