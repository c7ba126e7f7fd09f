package dev.sinter.kernel;

/**
 * Copies between positions, whose channels lie beside each other, and lines of one channel each:
 * eight channels at a time, so that what shares a cache line is moved together.
 */
final class Transposition {
  private static final int AT_ONCE = 8;

  /**
   * Copies lines of some positions to the buffer.
   *
   * @param x where the first channel of the first position is
   * @param step floats from position to position
   * @param at where the first channel's line begins
   * @param plane floats from line to line
   */
  static void load(
      float[] arena, int x, int step, float[] lines, int at, int plane, int channels, int count) {
    int c = 0;
    for (; c + AT_ONCE <= channels; c += AT_ONCE) {
      loadEight(arena, x + c, step, lines, at + c * plane, plane, count);
    }
    for (; c < channels; c++) {
      int line = at + c * plane;
      for (int k = 0; k < count; k++) {
        lines[line + k] = arena[x + c + k * step];
      }
    }
  }

  private static void loadEight(
      float[] arena, int x, int step, float[] lines, int at, int plane, int count) {
    int from = x;
    for (int k = at; k < at + count; k++) {
      lines[k] = arena[from];
      lines[k + plane] = arena[from + 1];
      lines[k + 2 * plane] = arena[from + 2];
      lines[k + 3 * plane] = arena[from + 3];
      lines[k + 4 * plane] = arena[from + 4];
      lines[k + 5 * plane] = arena[from + 5];
      lines[k + 6 * plane] = arena[from + 6];
      lines[k + 7 * plane] = arena[from + 7];
      from += step;
    }
  }

  /**
   * Copies to some positions from {@code at} on in each of the first rows.
   *
   * @param y where the first channel of the first position is
   * @param step floats from position to position
   */
  static void store(
      float[][] rows, int at, float[] arena, int y, int step, int channels, int count) {
    int c = 0;
    for (; c + AT_ONCE <= channels; c += AT_ONCE) {
      storeEight(rows, c, at, arena, y + c, step, count);
    }
    for (; c < channels; c++) {
      float[] row = rows[c];
      for (int k = 0; k < count; k++) {
        arena[y + c + k * step] = row[at + k];
      }
    }
  }

  private static void storeEight(
      float[][] rows, int c, int at, float[] arena, int y, int step, int count) {
    float[] r0 = rows[c];
    float[] r1 = rows[c + 1];
    float[] r2 = rows[c + 2];
    float[] r3 = rows[c + 3];
    float[] r4 = rows[c + 4];
    float[] r5 = rows[c + 5];
    float[] r6 = rows[c + 6];
    float[] r7 = rows[c + 7];
    int to = y;
    for (int k = at; k < at + count; k++) {
      arena[to] = r0[k];
      arena[to + 1] = r1[k];
      arena[to + 2] = r2[k];
      arena[to + 3] = r3[k];
      arena[to + 4] = r4[k];
      arena[to + 5] = r5[k];
      arena[to + 6] = r6[k];
      arena[to + 7] = r7[k];
      to += step;
    }
  }

  /** Adds some positions to the first rows. Parameters as in {@link #store}. */
  static void add(float[] arena, int x, int step, float[][] rows, int at, int channels, int count) {
    for (int c = 0; c < channels; c++) {
      float[] row = rows[c];
      for (int k = 0; k < count; k++) {
        row[at + k] += arena[x + c + k * step];
      }
    }
  }

  private Transposition() {}
}
