package dev.sinter.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices in tiles that stay in registers: c[m][·] = start[m][·] + Σ a[m][i]·w[i][·]
 * over i &lt; k, m a pixel, · one or two vectors of output channels.
 *
 * <p>The pixels are packed in panels, [k / lanes][{@link #PLACES}][lanes]: a tile reads one place
 * and constant distances from it, so that it needs one address and one check of bounds a step, and
 * channels, which lie behind each other, are packed by whole vectors. Each tile is one flat loop,
 * since HotSpot keeps sums in registers only there: 12 × 2 of them, two vectors of weights and a
 * factor fill 27 of 32. Measured: 95 to 100 % of the peak on JDK 17 and 25; tiles of 6 × 4 over
 * rows of pixels had 65 to 90 %.
 */
final class Gemm {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();

  /** The pixels of a panel, and of the large tiles. */
  static final int PANEL = 12;

  /** The pixels that a panel has room for: the last one may have one more, see {@link #next}. */
  static final int PLACES = PANEL + 1;

  /** The vectors of output channels of the large tiles. */
  static final int VECTORS = 2;

  private static final int FEW = 4; // pixels of the small tiles, for what is left

  private Gemm() {}

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  /** The rows that are computed for so many pixels of a panel: 4, 8 or all. */
  static int rows(int pixels) {
    return pixels > PANEL ? pixels : pixels > 2 * FEW ? PANEL : pixels > FEW ? 2 * FEW : FEW;
  }

  /**
   * The pixels of the next panel, of so many that are left. One more than else where it would be
   * left alone, as of 7 × 7: alone it takes half as long as a panel.
   */
  static int next(int left) {
    return left == PLACES ? left : Math.min(left, PANEL);
  }

  /** How many of so many pixels are computed without others behind them. */
  static int whole(int pixels) {
    int rest = pixels % PANEL;
    return rest == 1 && pixels > 1 ? pixels : pixels - rest;
  }

  /** The panels of so many pixels. */
  static int panels(int pixels) {
    return Math.max(1, (pixels + PANEL - 2) / PANEL);
  }

  /** The floats of a panel for this many channels. */
  static int panelFloats(int k) {
    return (k + LANES - 1) / LANES * LANES * PLACES;
  }

  /**
   * Moves what some pixels hold, whole vectors of it: to a panel, or to a line for each.
   *
   * @param rows where each pixel's floats begin, from {@code rows[row]}, less {@code shift}
   * @param step from a pixel's vector to its next one where they go
   * @param stride from a pixel to the next where they go
   */
  static void move(
      float[] from,
      int[] rows,
      int row,
      int shift,
      int pixels,
      int count,
      float[] to,
      int at,
      int step,
      int stride) {
    for (int i = 0; i < count; i += LANES) {
      int target = at + i / LANES * step;
      for (int m = 0; m < pixels; m++) {
        load(from, rows[row + m] + shift + i).intoArray(to, target + m * stride);
      }
    }
  }

  /**
   * The sums of a panel's first pixels.
   *
   * @param vectors 1 or 2
   * @param pixels how many; {@link #rows} of them are written
   * @param apart the pixels that lie between a pixel's vectors of channels: {@link #PLACES} − 1 in
   *     a panel
   * @param w [k][vectors·lanes] from {@code w[wAt]}
   * @param startStride floats from a pixel's start to the next one's; 0 for a bias
   */
  static void run(
      int vectors,
      int pixels,
      float[] a,
      int panel,
      int apart,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int rows = rows(pixels);
    if (rows > PANEL) {
      if (vectors == VECTORS) {
        tile13x2(a, panel, apart, w, wAt, k, start, startAt, startStride, c, at, stride);
      } else {
        tile13x1(a, panel, apart, w, wAt, k, start, startAt, startStride, c, at, stride);
      }
      return;
    }
    if (rows == PANEL) {
      if (vectors == VECTORS) {
        tile12x2(a, panel, apart, w, wAt, k, start, startAt, startStride, c, at, stride);
      } else {
        tile12x1(a, panel, apart, w, wAt, k, start, startAt, startStride, c, at, stride);
      }
      return;
    }
    for (int m = 0; m < rows; m += FEW) {
      int x = panel + m * LANES;
      int from = startAt + m * startStride;
      int to = at + m * stride;
      if (vectors == VECTORS) {
        tile4x2(a, x, apart, w, wAt, k, start, from, startStride, c, to, stride);
      } else {
        tile4x1(a, x, apart, w, wAt, k, start, from, startStride, c, to, stride);
      }
    }
  }

  /** 12 pixels by 2 vectors. */
  private static void tile12x2(
      float[] a,
      int panel,
      int apart,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int s0 = startAt;
    FloatVector c0v0 = load(start, s0);
    FloatVector c0v1 = load(start, s0 + LANES);
    int s1 = startAt + startStride;
    FloatVector c1v0 = load(start, s1);
    FloatVector c1v1 = load(start, s1 + LANES);
    int s2 = startAt + 2 * startStride;
    FloatVector c2v0 = load(start, s2);
    FloatVector c2v1 = load(start, s2 + LANES);
    int s3 = startAt + 3 * startStride;
    FloatVector c3v0 = load(start, s3);
    FloatVector c3v1 = load(start, s3 + LANES);
    int s4 = startAt + 4 * startStride;
    FloatVector c4v0 = load(start, s4);
    FloatVector c4v1 = load(start, s4 + LANES);
    int s5 = startAt + 5 * startStride;
    FloatVector c5v0 = load(start, s5);
    FloatVector c5v1 = load(start, s5 + LANES);
    int s6 = startAt + 6 * startStride;
    FloatVector c6v0 = load(start, s6);
    FloatVector c6v1 = load(start, s6 + LANES);
    int s7 = startAt + 7 * startStride;
    FloatVector c7v0 = load(start, s7);
    FloatVector c7v1 = load(start, s7 + LANES);
    int s8 = startAt + 8 * startStride;
    FloatVector c8v0 = load(start, s8);
    FloatVector c8v1 = load(start, s8 + LANES);
    int s9 = startAt + 9 * startStride;
    FloatVector c9v0 = load(start, s9);
    FloatVector c9v1 = load(start, s9 + LANES);
    int s10 = startAt + 10 * startStride;
    FloatVector c10v0 = load(start, s10);
    FloatVector c10v1 = load(start, s10 + LANES);
    int s11 = startAt + 11 * startStride;
    FloatVector c11v0 = load(start, s11);
    FloatVector c11v1 = load(start, s11 + LANES);
    for (int i = 0; i < k; i++) {
      int j = wAt + i * (2 * LANES);
      int x = panel + i + (i & -LANES) * apart;
      FloatVector w0 = load(w, j);
      FloatVector w1 = load(w, j + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[x]);
      c0v0 = x0.fma(w0, c0v0);
      c0v1 = x0.fma(w1, c0v1);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[x + LANES]);
      c1v0 = x1.fma(w0, c1v0);
      c1v1 = x1.fma(w1, c1v1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[x + 2 * LANES]);
      c2v0 = x2.fma(w0, c2v0);
      c2v1 = x2.fma(w1, c2v1);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[x + 3 * LANES]);
      c3v0 = x3.fma(w0, c3v0);
      c3v1 = x3.fma(w1, c3v1);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[x + 4 * LANES]);
      c4v0 = x4.fma(w0, c4v0);
      c4v1 = x4.fma(w1, c4v1);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[x + 5 * LANES]);
      c5v0 = x5.fma(w0, c5v0);
      c5v1 = x5.fma(w1, c5v1);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[x + 6 * LANES]);
      c6v0 = x6.fma(w0, c6v0);
      c6v1 = x6.fma(w1, c6v1);
      FloatVector x7 = FloatVector.broadcast(SPECIES, a[x + 7 * LANES]);
      c7v0 = x7.fma(w0, c7v0);
      c7v1 = x7.fma(w1, c7v1);
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[x + 8 * LANES]);
      c8v0 = x8.fma(w0, c8v0);
      c8v1 = x8.fma(w1, c8v1);
      FloatVector x9 = FloatVector.broadcast(SPECIES, a[x + 9 * LANES]);
      c9v0 = x9.fma(w0, c9v0);
      c9v1 = x9.fma(w1, c9v1);
      FloatVector x10 = FloatVector.broadcast(SPECIES, a[x + 10 * LANES]);
      c10v0 = x10.fma(w0, c10v0);
      c10v1 = x10.fma(w1, c10v1);
      FloatVector x11 = FloatVector.broadcast(SPECIES, a[x + 11 * LANES]);
      c11v0 = x11.fma(w0, c11v0);
      c11v1 = x11.fma(w1, c11v1);
    }
    int t0 = at;
    c0v0.intoArray(c, t0);
    c0v1.intoArray(c, t0 + LANES);
    int t1 = at + stride;
    c1v0.intoArray(c, t1);
    c1v1.intoArray(c, t1 + LANES);
    int t2 = at + 2 * stride;
    c2v0.intoArray(c, t2);
    c2v1.intoArray(c, t2 + LANES);
    int t3 = at + 3 * stride;
    c3v0.intoArray(c, t3);
    c3v1.intoArray(c, t3 + LANES);
    int t4 = at + 4 * stride;
    c4v0.intoArray(c, t4);
    c4v1.intoArray(c, t4 + LANES);
    int t5 = at + 5 * stride;
    c5v0.intoArray(c, t5);
    c5v1.intoArray(c, t5 + LANES);
    int t6 = at + 6 * stride;
    c6v0.intoArray(c, t6);
    c6v1.intoArray(c, t6 + LANES);
    int t7 = at + 7 * stride;
    c7v0.intoArray(c, t7);
    c7v1.intoArray(c, t7 + LANES);
    int t8 = at + 8 * stride;
    c8v0.intoArray(c, t8);
    c8v1.intoArray(c, t8 + LANES);
    int t9 = at + 9 * stride;
    c9v0.intoArray(c, t9);
    c9v1.intoArray(c, t9 + LANES);
    int t10 = at + 10 * stride;
    c10v0.intoArray(c, t10);
    c10v1.intoArray(c, t10 + LANES);
    int t11 = at + 11 * stride;
    c11v0.intoArray(c, t11);
    c11v1.intoArray(c, t11 + LANES);
  }

  /** 13 pixels by 2 vectors. */
  private static void tile13x2(
      float[] a,
      int panel,
      int apart,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int s0 = startAt;
    FloatVector c0v0 = load(start, s0);
    FloatVector c0v1 = load(start, s0 + LANES);
    int s1 = startAt + startStride;
    FloatVector c1v0 = load(start, s1);
    FloatVector c1v1 = load(start, s1 + LANES);
    int s2 = startAt + 2 * startStride;
    FloatVector c2v0 = load(start, s2);
    FloatVector c2v1 = load(start, s2 + LANES);
    int s3 = startAt + 3 * startStride;
    FloatVector c3v0 = load(start, s3);
    FloatVector c3v1 = load(start, s3 + LANES);
    int s4 = startAt + 4 * startStride;
    FloatVector c4v0 = load(start, s4);
    FloatVector c4v1 = load(start, s4 + LANES);
    int s5 = startAt + 5 * startStride;
    FloatVector c5v0 = load(start, s5);
    FloatVector c5v1 = load(start, s5 + LANES);
    int s6 = startAt + 6 * startStride;
    FloatVector c6v0 = load(start, s6);
    FloatVector c6v1 = load(start, s6 + LANES);
    int s7 = startAt + 7 * startStride;
    FloatVector c7v0 = load(start, s7);
    FloatVector c7v1 = load(start, s7 + LANES);
    int s8 = startAt + 8 * startStride;
    FloatVector c8v0 = load(start, s8);
    FloatVector c8v1 = load(start, s8 + LANES);
    int s9 = startAt + 9 * startStride;
    FloatVector c9v0 = load(start, s9);
    FloatVector c9v1 = load(start, s9 + LANES);
    int s10 = startAt + 10 * startStride;
    FloatVector c10v0 = load(start, s10);
    FloatVector c10v1 = load(start, s10 + LANES);
    int s11 = startAt + 11 * startStride;
    FloatVector c11v0 = load(start, s11);
    FloatVector c11v1 = load(start, s11 + LANES);
    int s12 = startAt + 12 * startStride;
    FloatVector c12v0 = load(start, s12);
    FloatVector c12v1 = load(start, s12 + LANES);
    for (int i = 0; i < k; i++) {
      int j = wAt + i * (2 * LANES);
      int x = panel + i + (i & -LANES) * apart;
      FloatVector w0 = load(w, j);
      FloatVector w1 = load(w, j + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[x]);
      c0v0 = x0.fma(w0, c0v0);
      c0v1 = x0.fma(w1, c0v1);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[x + LANES]);
      c1v0 = x1.fma(w0, c1v0);
      c1v1 = x1.fma(w1, c1v1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[x + 2 * LANES]);
      c2v0 = x2.fma(w0, c2v0);
      c2v1 = x2.fma(w1, c2v1);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[x + 3 * LANES]);
      c3v0 = x3.fma(w0, c3v0);
      c3v1 = x3.fma(w1, c3v1);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[x + 4 * LANES]);
      c4v0 = x4.fma(w0, c4v0);
      c4v1 = x4.fma(w1, c4v1);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[x + 5 * LANES]);
      c5v0 = x5.fma(w0, c5v0);
      c5v1 = x5.fma(w1, c5v1);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[x + 6 * LANES]);
      c6v0 = x6.fma(w0, c6v0);
      c6v1 = x6.fma(w1, c6v1);
      FloatVector x7 = FloatVector.broadcast(SPECIES, a[x + 7 * LANES]);
      c7v0 = x7.fma(w0, c7v0);
      c7v1 = x7.fma(w1, c7v1);
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[x + 8 * LANES]);
      c8v0 = x8.fma(w0, c8v0);
      c8v1 = x8.fma(w1, c8v1);
      FloatVector x9 = FloatVector.broadcast(SPECIES, a[x + 9 * LANES]);
      c9v0 = x9.fma(w0, c9v0);
      c9v1 = x9.fma(w1, c9v1);
      FloatVector x10 = FloatVector.broadcast(SPECIES, a[x + 10 * LANES]);
      c10v0 = x10.fma(w0, c10v0);
      c10v1 = x10.fma(w1, c10v1);
      FloatVector x11 = FloatVector.broadcast(SPECIES, a[x + 11 * LANES]);
      c11v0 = x11.fma(w0, c11v0);
      c11v1 = x11.fma(w1, c11v1);
      FloatVector x12 = FloatVector.broadcast(SPECIES, a[x + 12 * LANES]);
      c12v0 = x12.fma(w0, c12v0);
      c12v1 = x12.fma(w1, c12v1);
    }
    int t0 = at;
    c0v0.intoArray(c, t0);
    c0v1.intoArray(c, t0 + LANES);
    int t1 = at + stride;
    c1v0.intoArray(c, t1);
    c1v1.intoArray(c, t1 + LANES);
    int t2 = at + 2 * stride;
    c2v0.intoArray(c, t2);
    c2v1.intoArray(c, t2 + LANES);
    int t3 = at + 3 * stride;
    c3v0.intoArray(c, t3);
    c3v1.intoArray(c, t3 + LANES);
    int t4 = at + 4 * stride;
    c4v0.intoArray(c, t4);
    c4v1.intoArray(c, t4 + LANES);
    int t5 = at + 5 * stride;
    c5v0.intoArray(c, t5);
    c5v1.intoArray(c, t5 + LANES);
    int t6 = at + 6 * stride;
    c6v0.intoArray(c, t6);
    c6v1.intoArray(c, t6 + LANES);
    int t7 = at + 7 * stride;
    c7v0.intoArray(c, t7);
    c7v1.intoArray(c, t7 + LANES);
    int t8 = at + 8 * stride;
    c8v0.intoArray(c, t8);
    c8v1.intoArray(c, t8 + LANES);
    int t9 = at + 9 * stride;
    c9v0.intoArray(c, t9);
    c9v1.intoArray(c, t9 + LANES);
    int t10 = at + 10 * stride;
    c10v0.intoArray(c, t10);
    c10v1.intoArray(c, t10 + LANES);
    int t11 = at + 11 * stride;
    c11v0.intoArray(c, t11);
    c11v1.intoArray(c, t11 + LANES);
    int t12 = at + 12 * stride;
    c12v0.intoArray(c, t12);
    c12v1.intoArray(c, t12 + LANES);
  }

  /** 12 pixels by 1 vector. */
  private static void tile12x1(
      float[] a,
      int panel,
      int apart,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int s0 = startAt;
    FloatVector c0 = load(start, s0);
    int s1 = startAt + startStride;
    FloatVector c1 = load(start, s1);
    int s2 = startAt + 2 * startStride;
    FloatVector c2 = load(start, s2);
    int s3 = startAt + 3 * startStride;
    FloatVector c3 = load(start, s3);
    int s4 = startAt + 4 * startStride;
    FloatVector c4 = load(start, s4);
    int s5 = startAt + 5 * startStride;
    FloatVector c5 = load(start, s5);
    int s6 = startAt + 6 * startStride;
    FloatVector c6 = load(start, s6);
    int s7 = startAt + 7 * startStride;
    FloatVector c7 = load(start, s7);
    int s8 = startAt + 8 * startStride;
    FloatVector c8 = load(start, s8);
    int s9 = startAt + 9 * startStride;
    FloatVector c9 = load(start, s9);
    int s10 = startAt + 10 * startStride;
    FloatVector c10 = load(start, s10);
    int s11 = startAt + 11 * startStride;
    FloatVector c11 = load(start, s11);
    for (int i = 0; i < k; i++) {
      int j = wAt + i * LANES;
      int x = panel + i + (i & -LANES) * apart;
      FloatVector w0 = load(w, j);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[x]);
      c0 = x0.fma(w0, c0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[x + LANES]);
      c1 = x1.fma(w0, c1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[x + 2 * LANES]);
      c2 = x2.fma(w0, c2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[x + 3 * LANES]);
      c3 = x3.fma(w0, c3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[x + 4 * LANES]);
      c4 = x4.fma(w0, c4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[x + 5 * LANES]);
      c5 = x5.fma(w0, c5);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[x + 6 * LANES]);
      c6 = x6.fma(w0, c6);
      FloatVector x7 = FloatVector.broadcast(SPECIES, a[x + 7 * LANES]);
      c7 = x7.fma(w0, c7);
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[x + 8 * LANES]);
      c8 = x8.fma(w0, c8);
      FloatVector x9 = FloatVector.broadcast(SPECIES, a[x + 9 * LANES]);
      c9 = x9.fma(w0, c9);
      FloatVector x10 = FloatVector.broadcast(SPECIES, a[x + 10 * LANES]);
      c10 = x10.fma(w0, c10);
      FloatVector x11 = FloatVector.broadcast(SPECIES, a[x + 11 * LANES]);
      c11 = x11.fma(w0, c11);
    }
    int t0 = at;
    c0.intoArray(c, t0);
    int t1 = at + stride;
    c1.intoArray(c, t1);
    int t2 = at + 2 * stride;
    c2.intoArray(c, t2);
    int t3 = at + 3 * stride;
    c3.intoArray(c, t3);
    int t4 = at + 4 * stride;
    c4.intoArray(c, t4);
    int t5 = at + 5 * stride;
    c5.intoArray(c, t5);
    int t6 = at + 6 * stride;
    c6.intoArray(c, t6);
    int t7 = at + 7 * stride;
    c7.intoArray(c, t7);
    int t8 = at + 8 * stride;
    c8.intoArray(c, t8);
    int t9 = at + 9 * stride;
    c9.intoArray(c, t9);
    int t10 = at + 10 * stride;
    c10.intoArray(c, t10);
    int t11 = at + 11 * stride;
    c11.intoArray(c, t11);
  }

  /** 13 pixels by 1 vector. */
  private static void tile13x1(
      float[] a,
      int panel,
      int apart,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int s0 = startAt;
    FloatVector c0 = load(start, s0);
    int s1 = startAt + startStride;
    FloatVector c1 = load(start, s1);
    int s2 = startAt + 2 * startStride;
    FloatVector c2 = load(start, s2);
    int s3 = startAt + 3 * startStride;
    FloatVector c3 = load(start, s3);
    int s4 = startAt + 4 * startStride;
    FloatVector c4 = load(start, s4);
    int s5 = startAt + 5 * startStride;
    FloatVector c5 = load(start, s5);
    int s6 = startAt + 6 * startStride;
    FloatVector c6 = load(start, s6);
    int s7 = startAt + 7 * startStride;
    FloatVector c7 = load(start, s7);
    int s8 = startAt + 8 * startStride;
    FloatVector c8 = load(start, s8);
    int s9 = startAt + 9 * startStride;
    FloatVector c9 = load(start, s9);
    int s10 = startAt + 10 * startStride;
    FloatVector c10 = load(start, s10);
    int s11 = startAt + 11 * startStride;
    FloatVector c11 = load(start, s11);
    int s12 = startAt + 12 * startStride;
    FloatVector c12 = load(start, s12);
    for (int i = 0; i < k; i++) {
      int j = wAt + i * LANES;
      int x = panel + i + (i & -LANES) * apart;
      FloatVector w0 = load(w, j);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[x]);
      c0 = x0.fma(w0, c0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[x + LANES]);
      c1 = x1.fma(w0, c1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[x + 2 * LANES]);
      c2 = x2.fma(w0, c2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[x + 3 * LANES]);
      c3 = x3.fma(w0, c3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[x + 4 * LANES]);
      c4 = x4.fma(w0, c4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[x + 5 * LANES]);
      c5 = x5.fma(w0, c5);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[x + 6 * LANES]);
      c6 = x6.fma(w0, c6);
      FloatVector x7 = FloatVector.broadcast(SPECIES, a[x + 7 * LANES]);
      c7 = x7.fma(w0, c7);
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[x + 8 * LANES]);
      c8 = x8.fma(w0, c8);
      FloatVector x9 = FloatVector.broadcast(SPECIES, a[x + 9 * LANES]);
      c9 = x9.fma(w0, c9);
      FloatVector x10 = FloatVector.broadcast(SPECIES, a[x + 10 * LANES]);
      c10 = x10.fma(w0, c10);
      FloatVector x11 = FloatVector.broadcast(SPECIES, a[x + 11 * LANES]);
      c11 = x11.fma(w0, c11);
      FloatVector x12 = FloatVector.broadcast(SPECIES, a[x + 12 * LANES]);
      c12 = x12.fma(w0, c12);
    }
    int t0 = at;
    c0.intoArray(c, t0);
    int t1 = at + stride;
    c1.intoArray(c, t1);
    int t2 = at + 2 * stride;
    c2.intoArray(c, t2);
    int t3 = at + 3 * stride;
    c3.intoArray(c, t3);
    int t4 = at + 4 * stride;
    c4.intoArray(c, t4);
    int t5 = at + 5 * stride;
    c5.intoArray(c, t5);
    int t6 = at + 6 * stride;
    c6.intoArray(c, t6);
    int t7 = at + 7 * stride;
    c7.intoArray(c, t7);
    int t8 = at + 8 * stride;
    c8.intoArray(c, t8);
    int t9 = at + 9 * stride;
    c9.intoArray(c, t9);
    int t10 = at + 10 * stride;
    c10.intoArray(c, t10);
    int t11 = at + 11 * stride;
    c11.intoArray(c, t11);
    int t12 = at + 12 * stride;
    c12.intoArray(c, t12);
  }

  /** 4 pixels by 2 vectors. */
  private static void tile4x2(
      float[] a,
      int panel,
      int apart,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int s0 = startAt;
    FloatVector c0v0 = load(start, s0);
    FloatVector c0v1 = load(start, s0 + LANES);
    int s1 = startAt + startStride;
    FloatVector c1v0 = load(start, s1);
    FloatVector c1v1 = load(start, s1 + LANES);
    int s2 = startAt + 2 * startStride;
    FloatVector c2v0 = load(start, s2);
    FloatVector c2v1 = load(start, s2 + LANES);
    int s3 = startAt + 3 * startStride;
    FloatVector c3v0 = load(start, s3);
    FloatVector c3v1 = load(start, s3 + LANES);
    for (int i = 0; i < k; i++) {
      int j = wAt + i * (2 * LANES);
      int x = panel + i + (i & -LANES) * apart;
      FloatVector w0 = load(w, j);
      FloatVector w1 = load(w, j + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[x]);
      c0v0 = x0.fma(w0, c0v0);
      c0v1 = x0.fma(w1, c0v1);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[x + LANES]);
      c1v0 = x1.fma(w0, c1v0);
      c1v1 = x1.fma(w1, c1v1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[x + 2 * LANES]);
      c2v0 = x2.fma(w0, c2v0);
      c2v1 = x2.fma(w1, c2v1);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[x + 3 * LANES]);
      c3v0 = x3.fma(w0, c3v0);
      c3v1 = x3.fma(w1, c3v1);
    }
    int t0 = at;
    c0v0.intoArray(c, t0);
    c0v1.intoArray(c, t0 + LANES);
    int t1 = at + stride;
    c1v0.intoArray(c, t1);
    c1v1.intoArray(c, t1 + LANES);
    int t2 = at + 2 * stride;
    c2v0.intoArray(c, t2);
    c2v1.intoArray(c, t2 + LANES);
    int t3 = at + 3 * stride;
    c3v0.intoArray(c, t3);
    c3v1.intoArray(c, t3 + LANES);
  }

  /** 4 pixels by 1 vector. */
  private static void tile4x1(
      float[] a,
      int panel,
      int apart,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int s0 = startAt;
    FloatVector c0 = load(start, s0);
    int s1 = startAt + startStride;
    FloatVector c1 = load(start, s1);
    int s2 = startAt + 2 * startStride;
    FloatVector c2 = load(start, s2);
    int s3 = startAt + 3 * startStride;
    FloatVector c3 = load(start, s3);
    for (int i = 0; i < k; i++) {
      int j = wAt + i * LANES;
      int x = panel + i + (i & -LANES) * apart;
      FloatVector w0 = load(w, j);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[x]);
      c0 = x0.fma(w0, c0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[x + LANES]);
      c1 = x1.fma(w0, c1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[x + 2 * LANES]);
      c2 = x2.fma(w0, c2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[x + 3 * LANES]);
      c3 = x3.fma(w0, c3);
    }
    int t0 = at;
    c0.intoArray(c, t0);
    int t1 = at + stride;
    c1.intoArray(c, t1);
    int t2 = at + 2 * stride;
    c2.intoArray(c, t2);
    int t3 = at + 3 * stride;
    c3.intoArray(c, t3);
  }
}
