package dev.sinter.kernel;

/**
 * Loops over rows: arrays of their own, of which each begins at index 0.
 *
 * <p>HotSpot and ART make vector code of a loop only if they see that its accesses cannot overlap:
 * one index for all of the arrays shows that, two places of one arena do not. On AVX-512, JDK 17
 * and 25, the difference is a factor of ten. So what is computed is copied from the arena to rows
 * and back.
 */
final class Rows {
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
  static void add(float[] y, float value, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = y[i] + value;
    }
  }

  /** y[i] *= x[i]. */
  static void multiply(float[] y, float[] x, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = y[i] * x[i];
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
   * Adds weighted rows to four: y[first + q][i] += Σ factors[f + q·step + k]·x[from + k][i] over k
   * below {@code count}, in order.
   */
  static void addWeightedToFour(
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
    float[] y2 = y[first + 2];
    float[] y3 = y[first + 3];
    int f1 = f + step;
    int f2 = f1 + step;
    int f3 = f2 + step;
    int k = 0;
    for (; k + 2 < count; k += 3) {
      addThreeToFour(
          y0,
          y1,
          y2,
          y3,
          x[from + k],
          x[from + k + 1],
          x[from + k + 2],
          factors[f + k],
          factors[f + k + 1],
          factors[f + k + 2],
          factors[f1 + k],
          factors[f1 + k + 1],
          factors[f1 + k + 2],
          factors[f2 + k],
          factors[f2 + k + 1],
          factors[f2 + k + 2],
          factors[f3 + k],
          factors[f3 + k + 1],
          factors[f3 + k + 2],
          length);
    }
    for (; k < count; k++) {
      addOne(y0, x[from + k], factors[f + k], length);
      addOne(y1, x[from + k], factors[f1 + k], length);
      addOne(y2, x[from + k], factors[f2 + k], length);
      addOne(y3, x[from + k], factors[f3 + k], length);
    }
  }

  // Four sums and three rows are what fits the registers; three of each, or four, are no vector
  // code on JDK 17.
  private static void addThreeToFour(
      float[] y0,
      float[] y1,
      float[] y2,
      float[] y3,
      float[] x0,
      float[] x1,
      float[] x2,
      float f00,
      float f01,
      float f02,
      float f10,
      float f11,
      float f12,
      float f20,
      float f21,
      float f22,
      float f30,
      float f31,
      float f32,
      int length) {
    for (int i = 0; i < length; i++) {
      y0[i] = y0[i] + f00 * x0[i] + f01 * x1[i] + f02 * x2[i];
      y1[i] = y1[i] + f10 * x0[i] + f11 * x1[i] + f12 * x2[i];
      y2[i] = y2[i] + f20 * x0[i] + f21 * x1[i] + f22 * x2[i];
      y3[i] = y3[i] + f30 * x0[i] + f31 * x1[i] + f32 * x2[i];
    }
  }

  private Rows() {}
}
