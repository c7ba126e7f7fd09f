package dev.sinter.vector;

/**
 * The lines of a map in bands, the parts of a kernel. There are a power of two of them, alike but
 * for one line, so that as many threads have the same to do, and so that a thread's bands of one
 * map are what its bands of the next read.
 */
final class Bands {
  private static final int MOST = 8;

  private final int lines;
  private final int count;
  private final int most;

  private Bands(int lines, int count) {
    this.lines = lines;
    this.count = count;
    most = (lines + count - 1) / count;
  }

  /** As many bands as there are lines for, up to a number. */
  static Bands atMost(int most, int lines) {
    return new Bands(lines, Integer.highestOneBit(Math.max(1, Math.min(most, lines))));
  }

  /** Bands of so much work or more, if there are two. */
  static Bands of(int lines, long work, int least) {
    return atMost((int) Math.min(MOST, work / least), lines);
  }

  int count() {
    return count;
  }

  /** A band's first line. */
  int from(int band) {
    return (int) ((long) band * lines / count);
  }

  /** A band's lines. */
  int lines(int band) {
    return from(band + 1) - from(band);
  }

  /** The most that a band has. */
  int most() {
    return most;
  }
}
