package dev.sinter.kernel;

/**
 * Working memory whose vectors lie on cache lines, where HotSpot allows it. A vector of 64 bytes
 * that lies on two lines takes twice the time to load or store, and an array's floats begin {@value
 * #HEADER} bytes behind the object. Nobody can ask where that is, but G1 gives large arrays regions
 * of their own, at the start of which they begin and stay. Elsewhere this costs a few floats and
 * gains nothing.
 */
public final class Memory {
  private static final int LINE = 16; // floats
  private static final int HEADER = 16; // bytes

  /** The index of the first float that lies at the beginning of a line. */
  public static final int FIRST = LINE - HEADER / Float.BYTES;

  // Regions have 1 to 4 MB in heaps of up to 8 GB or so; an array of half of one is large.
  private static final int LARGE = 600_000;
  private static final int NEARLY = 130_000; // not for less: it would multiply what is needed

  private Memory() {}

  /** The next index that lies at the beginning of a line. */
  public static int line(int index) {
    return (index + LINE - 1 - FIRST) / LINE * LINE + FIRST;
  }

  /** Zeros, so many or more. */
  static float[] floats(int count) {
    return new float[count < NEARLY ? count : Math.max(count, LARGE)];
  }
}
