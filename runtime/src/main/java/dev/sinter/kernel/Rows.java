package dev.sinter.kernel;

/**
 * Sums of weighted rows, the inner loops of convolution and linear layers.
 *
 * <p>Each row is an array of its own and begins at index 0, because HotSpot and ART make vector
 * code of a loop only if they see that its accesses cannot overlap: one index for all of them shows
 * that, two places of one arena do not. On AVX-512, JDK 17 and 25, the difference is a factor of
 * ten.
 */
final class Rows {
  /** How long arrays are rounded up, so that short loops are whole vectors. */
  private static final int VECTOR = 16;

  /** The least whole number of vectors that holds {@code count} floats, in floats. */
  static int padded(int count) {
    return (count + VECTOR - 1) / VECTOR * VECTOR;
  }

  /**
   * sums[j] += Σ weights[w + k]·rows[k][j] for j below {@code length}, over k below {@code count}
   * in order.
   */
  static void addWeighted(
      float[] sums, int length, float[] weights, int w, float[][] rows, int count) {
    int k = 0;
    for (; k + 3 < count; k += 4) {
      addFour(
          sums,
          length,
          weights[w + k],
          rows[k],
          weights[w + k + 1],
          rows[k + 1],
          weights[w + k + 2],
          rows[k + 2],
          weights[w + k + 3],
          rows[k + 3]);
    }
    for (; k < count; k++) {
      addOne(sums, length, weights[w + k], rows[k]);
    }
  }

  // Four at a time, so that a sum is loaded and stored once for four products.
  private static void addFour(
      float[] sums,
      int length,
      float w0,
      float[] x0,
      float w1,
      float[] x1,
      float w2,
      float[] x2,
      float w3,
      float[] x3) {
    for (int j = 0; j < length; j++) {
      sums[j] = sums[j] + w0 * x0[j] + w1 * x1[j] + w2 * x2[j] + w3 * x3[j];
    }
  }

  private static void addOne(float[] sums, int length, float w, float[] x) {
    for (int j = 0; j < length; j++) {
      sums[j] += w * x[j];
    }
  }

  private Rows() {}
}
