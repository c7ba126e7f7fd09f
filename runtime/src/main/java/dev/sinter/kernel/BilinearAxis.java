package dev.sinter.kernel;

/**
 * Where the rows or the columns of a map resampled bilinearly lie: between two of the input, and
 * how far on the way. For backends only.
 */
public final class BilinearAxis {
  private final int[] first;
  private final int[] second;
  private final float[] share;

  /**
   * For so many given and so many wanted, as {@link Backend#upsampleBilinear} has them: h is the
   * {@link #first}, λ the {@link #share}.
   */
  public BilinearAxis(int given, int wanted, boolean alignCorners) {
    first = new int[wanted];
    second = new int[wanted];
    share = new float[wanted];
    for (int i = 0; i < wanted; i++) {
      double at = alignCorners ? corner(i, given, wanted) : centre(i, given, wanted);
      first[i] = Math.min((int) at, given - 1);
      second[i] = Math.min(first[i] + 1, given - 1);
      share[i] = (float) (at - first[i]);
    }
  }

  private static double corner(int i, int given, int wanted) {
    return wanted == 1 ? 0 : i * ((given - 1.0) / (wanted - 1));
  }

  private static double centre(int i, int given, int wanted) {
    return Math.max((i + 0.5) * ((double) given / wanted) - 0.5, 0);
  }

  /** The index before. */
  public int first(int i) {
    return first[i];
  }

  /** The index behind, or the last one. */
  public int second(int i) {
    return second[i];
  }

  /** The share of the second, from 0 to 1. */
  public float share(int i) {
    return share[i];
  }
}
