package dev.sinter.kernel;

/**
 * Loops over rows: arrays of their own, of which each begins at index 0.
 *
 * <p>HotSpot and ART make vector code of a loop only if they see that its accesses cannot overlap:
 * one index for all of the arrays shows that, two places of one arena do not. On AVX-512, JDK 17
 * and 25, the difference is a factor of ten. So what is computed is copied from the arena to rows
 * and back.
 *
 * <p>HotSpot does up to 16 elements singly before and after the vectors, so a loop costs as much as
 * {@value #START} elements before it does the first, and rows of about 512 are best: with two sums
 * of three weighted rows, JDK 17 and 25 reach 41 and 36 GFLOP/s in rows of 64, 60 and 49 in rows of
 * 128, 75 and 71 in rows of 256, 93 and 93 in rows of 512.
 */
final class Rows {
  /** What a loop costs beside its elements, in elements. */
  static final int START = 72;

  /** The length of rows that is best: loops begin seldom, and the first cache holds a few. */
  static final int LONG = 512;

  /** Copies the positions [from, to) of a value to a row, without what lies between them. */
  static void load(float[] arena, Slot slot, int from, int to, float[] row) {
    int channels = slot.channels();
    if (slot.isDense()) {
      System.arraycopy(arena, slot.position(from), row, 0, (to - from) * channels);
      return;
    }
    for (int p = from; p < to; p++) {
      System.arraycopy(arena, slot.position(p), row, (p - from) * channels, channels);
    }
  }

  /** Copies a row to the positions [from, to) of a value. */
  static void store(float[] row, float[] arena, Slot slot, int from, int to) {
    int channels = slot.channels();
    if (slot.isDense()) {
      System.arraycopy(row, 0, arena, slot.position(from), (to - from) * channels);
      return;
    }
    for (int p = from; p < to; p++) {
      System.arraycopy(row, (p - from) * channels, arena, slot.position(p), channels);
    }
  }

  /** Repeats the first {@code period} floats up to {@code length}. */
  static void repeat(float[] row, int period, int length) {
    for (int i = period; i < length; i += period) {
      System.arraycopy(row, 0, row, i, period);
    }
  }

  /** y[i] += x[i]. */
  static void add(float[] y, float[] x, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = y[i] + x[i];
    }
  }

  /** y[i] += value. */
  static void add(float[] y, float value, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = y[i] + value;
    }
  }

  /** y[i] *= x[i]. */
  static void multiply(float[] y, float[] x, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = y[i] * x[i];
    }
  }

  /** y[i] += Σ w[v + k][i]·x[first + k][i] over k below {@code count}, in order. */
  static void addProducts(
      float[] y, float[][] w, int v, float[][] x, int first, int count, int length) {
    int k = 0;
    for (; k + 1 < count; k += 2) {
      addTwoProducts(y, w[v + k], w[v + k + 1], x[first + k], x[first + k + 1], length);
    }
    if (k < count) {
      addProduct(y, w[v + k], x[first + k], length);
    }
  }

  // Two products: HotSpot 25 makes no vector code of three.
  private static void addTwoProducts(
      float[] y, float[] w0, float[] w1, float[] x0, float[] x1, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = y[i] + w0[i] * x0[i] + w1[i] * x1[i];
    }
  }

  private static void addProduct(float[] y, float[] w, float[] x, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = y[i] + w[i] * x[i];
    }
  }

  /** y[i] = max(y[i], x[i]). */
  static void max(float[] y, float[] x, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = Math.max(y[i], x[i]);
    }
  }

  /**
   * Adds weighted rows to one: y[i] += Σ factors[f + k]·x[first + k][i] over k below {@code count},
   * in order.
   */
  static void addWeighted(
      float[] y, int length, float[] factors, int f, float[][] x, int first, int count) {
    int k = 0;
    for (; k + 3 < count; k += 4) {
      int r = first + k;
      addFour(
          y,
          x[r],
          x[r + 1],
          x[r + 2],
          x[r + 3],
          factors[f + k],
          factors[f + k + 1],
          factors[f + k + 2],
          factors[f + k + 3],
          length);
    }
    for (; k < count; k++) {
      addOne(y, x[first + k], factors[f + k], length);
    }
  }

  // Four at a time, so that a sum is loaded and stored once for four products.
  private static void addFour(
      float[] y,
      float[] x0,
      float[] x1,
      float[] x2,
      float[] x3,
      float f0,
      float f1,
      float f2,
      float f3,
      int length) {
    for (int i = 0; i < length; i++) {
      y[i] = y[i] + f0 * x0[i] + f1 * x1[i] + f2 * x2[i] + f3 * x3[i];
    }
  }

  private static void addOne(float[] y, float[] x, float f, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = y[i] + f * x[i];
    }
  }

  /**
   * Adds weighted rows to two: y[first + q][i] += Σ factors[f + q·step + k]·x[from + k][i] over k
   * below {@code count}, in order.
   */
  static void addWeightedToTwo(
      float[][] y,
      int first,
      int length,
      float[] factors,
      int f,
      int step,
      float[][] x,
      int from,
      int count) {
    float[] y0 = y[first];
    float[] y1 = y[first + 1];
    int k = 0;
    for (; k + 2 < count; k += 3) {
      addThreeToTwo(y0, y1, x, from + k, factors, f + k, f + step + k, length);
    }
    for (; k < count; k++) {
      addOne(y0, x[from + k], factors[f + k], length);
      addOne(y1, x[from + k], factors[f + step + k], length);
    }
  }

  // Two sums and three rows: HotSpot 17 makes no vector code of loops that are larger.
  private static void addThreeToTwo(
      float[] y0, float[] y1, float[][] x, int from, float[] factors, int f, int g, int length) {
    float[] x0 = x[from];
    float[] x1 = x[from + 1];
    float[] x2 = x[from + 2];
    float f0 = factors[f];
    float f1 = factors[f + 1];
    float f2 = factors[f + 2];
    float g0 = factors[g];
    float g1 = factors[g + 1];
    float g2 = factors[g + 2];
    for (int i = 0; i < length; i++) {
      float a = x0[i];
      float b = x1[i];
      float c = x2[i];
      y0[i] = y0[i] + f0 * a + f1 * b + f2 * c;
      y1[i] = y1[i] + g0 * a + g1 * b + g2 * c;
    }
  }

  private Rows() {}
}
