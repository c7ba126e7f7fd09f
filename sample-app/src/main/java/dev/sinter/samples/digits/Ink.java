package dev.sinter.samples.digits;

/** What is written on the paper, dark or light. */
final class Ink {
  /** Differences up to this are no writing: 5 levels of 256. */
  private static final float MIN_CONTRAST = 0.02f;

  private static final int LEVELS = 256;

  private Ink() {}

  /**
   * How far each pixel differs from the paper, towards dark or light, whichever goes farther; 0
   * where it differs the other way.
   *
   * @throws PictureException if nothing differs
   */
  static PixelMap of(PixelMap picture) throws PictureException {
    PixelMap difference = Paper.removedFrom(picture);
    float sign = isLight(difference) ? 1 : -1;
    PixelMap ink = new PixelMap(picture.width, picture.height);
    for (int y = 0; y < ink.height; y++) {
      for (int x = 0; x < ink.width; x++) {
        ink.set(x, y, Math.max(sign * difference.get(x, y), 0));
      }
    }
    if (ink.max() < MIN_CONTRAST) {
      throw new PictureException("shows nothing: all of it has one colour");
    }
    return ink;
  }

  private static boolean isLight(PixelMap difference) {
    double balance = 0;
    for (int y = 0; y < difference.height; y++) {
      for (int x = 0; x < difference.width; x++) {
        double d = difference.get(x, y);
        balance += d * d * d * Math.abs(d); // so that a thin stroke outweighs a shade all over
      }
    }
    return balance > 0;
  }

  /**
   * The level that best divides paper from ink: with it the two differ most in their means.
   *
   * <p>Source: N. Otsu, <i>A Threshold Selection Method from Gray-Level Histograms</i>, IEEE
   * Transactions on Systems, Man, and Cybernetics 9 (1979), with σ²_B of formula (14).
   */
  static float threshold(PixelMap ink) {
    float max = ink.max();
    long[] histogram = new long[LEVELS];
    double sum = 0;
    for (int y = 0; y < ink.height; y++) {
      for (int x = 0; x < ink.width; x++) {
        int level = Math.round(ink.get(x, y) / max * (LEVELS - 1));
        histogram[level]++;
        sum += level;
      }
    }
    long pixels = (long) ink.width * ink.height;
    long below = 0;
    double sumBelow = 0;
    double best = 0;
    int threshold = 0;
    for (int level = 0; level < LEVELS - 1; level++) {
      below += histogram[level];
      sumBelow += (double) level * histogram[level];
      long above = pixels - below;
      if (below > 0 && above > 0) {
        double distance = (sum - sumBelow) / above - sumBelow / below;
        double variance = (double) below * above * distance * distance;
        if (variance > best) {
          best = variance;
          threshold = level;
        }
      }
    }
    return (threshold + 0.5f) / (LEVELS - 1) * max;
  }
}
