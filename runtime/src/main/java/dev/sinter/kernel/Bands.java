package dev.sinter.kernel;

/** Lines or positions in equal bands, each of them a part: at least one each. Immutable. */
final class Bands {
  private static final long WORK = 16_384; // elements copied, at some nanoseconds for ten of them

  private final int all;
  private final int each;

  /**
   * Bands of so many together.
   *
   * @param work of each of them, in elements copied
   */
  Bands(int all, long work) {
    this.all = all;
    this.each = (int) Math.min(all, Math.max(1, WORK / work));
  }

  int parts() {
    return (all - 1) / each + 1;
  }

  int from(int part) {
    return part * each;
  }

  int to(int part) {
    return Math.min(all, (part + 1) * each);
  }
}
