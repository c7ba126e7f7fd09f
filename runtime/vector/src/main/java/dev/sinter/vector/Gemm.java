package dev.sinter.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices in small tiles that stay in registers: pixels by vectors of output channels.
 * A tile takes c[m][·] = start[m][·] + Σ a[rows[m] + shift + i]·w[i][·] over i &lt; k. One flat
 * loop for each size of tile, since HotSpot keeps sums in registers only there; a tile has at most
 * 24 sums, so that they and a row of weights fit in 32 registers.
 */
final class Gemm {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();

  /** All sizes of tiles divide this number of pixels. */
  static final int PIXELS = 24;

  private Gemm() {}

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  /** The pixels of a tile of so many vectors: 1, 2 or 4. */
  static int pixels(int vectors) {
    return vectors == 4 ? 6 : vectors == 2 ? 8 : 12;
  }

  /** How many vectors the next block of output channels has, of so many that are left. */
  static int block(int vectors) {
    return vectors >= 4 ? 4 : vectors >= 2 ? 2 : 1;
  }

  /**
   * Consecutive tiles.
   *
   * @param count the number of pixels, a multiple of a tile's
   * @param startStride floats from a pixel's start to the next one's; 0 for a bias
   */
  static void run(
      int vectors,
      int count,
      float[] a,
      int[] rows,
      int row,
      int shift,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int pixels = pixels(vectors);
    for (int m = 0; m < count; m += pixels) {
      int from = startAt + m * startStride;
      int to = at + m * stride;
      if (vectors == 4) {
        tile6x4(a, rows, row + m, shift, w, wAt, k, start, from, startStride, c, to, stride);
      } else if (vectors == 2) {
        tile8x2(a, rows, row + m, shift, w, wAt, k, start, from, startStride, c, to, stride);
      } else {
        tile12x1(a, rows, row + m, shift, w, wAt, k, start, from, startStride, c, to, stride);
      }
    }
  }

  /** 6 pixels by 4 vectors. */
  private static void tile6x4(
      float[] a,
      int[] rows,
      int row,
      int shift,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int a0 = rows[row] + shift;
    int a1 = rows[row + 1] + shift;
    int a2 = rows[row + 2] + shift;
    int a3 = rows[row + 3] + shift;
    int a4 = rows[row + 4] + shift;
    int a5 = rows[row + 5] + shift;
    int s0 = startAt;
    FloatVector c00 = load(start, s0);
    FloatVector c01 = load(start, s0 + LANES);
    FloatVector c02 = load(start, s0 + 2 * LANES);
    FloatVector c03 = load(start, s0 + 3 * LANES);
    int s1 = startAt + startStride;
    FloatVector c10 = load(start, s1);
    FloatVector c11 = load(start, s1 + LANES);
    FloatVector c12 = load(start, s1 + 2 * LANES);
    FloatVector c13 = load(start, s1 + 3 * LANES);
    int s2 = startAt + 2 * startStride;
    FloatVector c20 = load(start, s2);
    FloatVector c21 = load(start, s2 + LANES);
    FloatVector c22 = load(start, s2 + 2 * LANES);
    FloatVector c23 = load(start, s2 + 3 * LANES);
    int s3 = startAt + 3 * startStride;
    FloatVector c30 = load(start, s3);
    FloatVector c31 = load(start, s3 + LANES);
    FloatVector c32 = load(start, s3 + 2 * LANES);
    FloatVector c33 = load(start, s3 + 3 * LANES);
    int s4 = startAt + 4 * startStride;
    FloatVector c40 = load(start, s4);
    FloatVector c41 = load(start, s4 + LANES);
    FloatVector c42 = load(start, s4 + 2 * LANES);
    FloatVector c43 = load(start, s4 + 3 * LANES);
    int s5 = startAt + 5 * startStride;
    FloatVector c50 = load(start, s5);
    FloatVector c51 = load(start, s5 + LANES);
    FloatVector c52 = load(start, s5 + 2 * LANES);
    FloatVector c53 = load(start, s5 + 3 * LANES);
    for (int i = 0; i < k; i++) {
      int j = wAt + i * (4 * LANES);
      FloatVector w0 = load(w, j);
      FloatVector w1 = load(w, j + LANES);
      FloatVector w2 = load(w, j + 2 * LANES);
      FloatVector w3 = load(w, j + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + i]);
      c00 = x0.fma(w0, c00);
      c01 = x0.fma(w1, c01);
      c02 = x0.fma(w2, c02);
      c03 = x0.fma(w3, c03);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + i]);
      c10 = x1.fma(w0, c10);
      c11 = x1.fma(w1, c11);
      c12 = x1.fma(w2, c12);
      c13 = x1.fma(w3, c13);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + i]);
      c20 = x2.fma(w0, c20);
      c21 = x2.fma(w1, c21);
      c22 = x2.fma(w2, c22);
      c23 = x2.fma(w3, c23);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + i]);
      c30 = x3.fma(w0, c30);
      c31 = x3.fma(w1, c31);
      c32 = x3.fma(w2, c32);
      c33 = x3.fma(w3, c33);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + i]);
      c40 = x4.fma(w0, c40);
      c41 = x4.fma(w1, c41);
      c42 = x4.fma(w2, c42);
      c43 = x4.fma(w3, c43);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + i]);
      c50 = x5.fma(w0, c50);
      c51 = x5.fma(w1, c51);
      c52 = x5.fma(w2, c52);
      c53 = x5.fma(w3, c53);
    }
    int t0 = at;
    c00.intoArray(c, t0);
    c01.intoArray(c, t0 + LANES);
    c02.intoArray(c, t0 + 2 * LANES);
    c03.intoArray(c, t0 + 3 * LANES);
    int t1 = at + stride;
    c10.intoArray(c, t1);
    c11.intoArray(c, t1 + LANES);
    c12.intoArray(c, t1 + 2 * LANES);
    c13.intoArray(c, t1 + 3 * LANES);
    int t2 = at + 2 * stride;
    c20.intoArray(c, t2);
    c21.intoArray(c, t2 + LANES);
    c22.intoArray(c, t2 + 2 * LANES);
    c23.intoArray(c, t2 + 3 * LANES);
    int t3 = at + 3 * stride;
    c30.intoArray(c, t3);
    c31.intoArray(c, t3 + LANES);
    c32.intoArray(c, t3 + 2 * LANES);
    c33.intoArray(c, t3 + 3 * LANES);
    int t4 = at + 4 * stride;
    c40.intoArray(c, t4);
    c41.intoArray(c, t4 + LANES);
    c42.intoArray(c, t4 + 2 * LANES);
    c43.intoArray(c, t4 + 3 * LANES);
    int t5 = at + 5 * stride;
    c50.intoArray(c, t5);
    c51.intoArray(c, t5 + LANES);
    c52.intoArray(c, t5 + 2 * LANES);
    c53.intoArray(c, t5 + 3 * LANES);
  }

  /** 8 pixels by 2 vectors. */
  private static void tile8x2(
      float[] a,
      int[] rows,
      int row,
      int shift,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int a0 = rows[row] + shift;
    int a1 = rows[row + 1] + shift;
    int a2 = rows[row + 2] + shift;
    int a3 = rows[row + 3] + shift;
    int a4 = rows[row + 4] + shift;
    int a5 = rows[row + 5] + shift;
    int a6 = rows[row + 6] + shift;
    int a7 = rows[row + 7] + shift;
    int s0 = startAt;
    FloatVector c00 = load(start, s0);
    FloatVector c01 = load(start, s0 + LANES);
    int s1 = startAt + startStride;
    FloatVector c10 = load(start, s1);
    FloatVector c11 = load(start, s1 + LANES);
    int s2 = startAt + 2 * startStride;
    FloatVector c20 = load(start, s2);
    FloatVector c21 = load(start, s2 + LANES);
    int s3 = startAt + 3 * startStride;
    FloatVector c30 = load(start, s3);
    FloatVector c31 = load(start, s3 + LANES);
    int s4 = startAt + 4 * startStride;
    FloatVector c40 = load(start, s4);
    FloatVector c41 = load(start, s4 + LANES);
    int s5 = startAt + 5 * startStride;
    FloatVector c50 = load(start, s5);
    FloatVector c51 = load(start, s5 + LANES);
    int s6 = startAt + 6 * startStride;
    FloatVector c60 = load(start, s6);
    FloatVector c61 = load(start, s6 + LANES);
    int s7 = startAt + 7 * startStride;
    FloatVector c70 = load(start, s7);
    FloatVector c71 = load(start, s7 + LANES);
    for (int i = 0; i < k; i++) {
      int j = wAt + i * (2 * LANES);
      FloatVector w0 = load(w, j);
      FloatVector w1 = load(w, j + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + i]);
      c00 = x0.fma(w0, c00);
      c01 = x0.fma(w1, c01);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + i]);
      c10 = x1.fma(w0, c10);
      c11 = x1.fma(w1, c11);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + i]);
      c20 = x2.fma(w0, c20);
      c21 = x2.fma(w1, c21);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + i]);
      c30 = x3.fma(w0, c30);
      c31 = x3.fma(w1, c31);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + i]);
      c40 = x4.fma(w0, c40);
      c41 = x4.fma(w1, c41);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + i]);
      c50 = x5.fma(w0, c50);
      c51 = x5.fma(w1, c51);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[a6 + i]);
      c60 = x6.fma(w0, c60);
      c61 = x6.fma(w1, c61);
      FloatVector x7 = FloatVector.broadcast(SPECIES, a[a7 + i]);
      c70 = x7.fma(w0, c70);
      c71 = x7.fma(w1, c71);
    }
    int t0 = at;
    c00.intoArray(c, t0);
    c01.intoArray(c, t0 + LANES);
    int t1 = at + stride;
    c10.intoArray(c, t1);
    c11.intoArray(c, t1 + LANES);
    int t2 = at + 2 * stride;
    c20.intoArray(c, t2);
    c21.intoArray(c, t2 + LANES);
    int t3 = at + 3 * stride;
    c30.intoArray(c, t3);
    c31.intoArray(c, t3 + LANES);
    int t4 = at + 4 * stride;
    c40.intoArray(c, t4);
    c41.intoArray(c, t4 + LANES);
    int t5 = at + 5 * stride;
    c50.intoArray(c, t5);
    c51.intoArray(c, t5 + LANES);
    int t6 = at + 6 * stride;
    c60.intoArray(c, t6);
    c61.intoArray(c, t6 + LANES);
    int t7 = at + 7 * stride;
    c70.intoArray(c, t7);
    c71.intoArray(c, t7 + LANES);
  }

  /** 12 pixels by 1 vector. */
  private static void tile12x1(
      float[] a,
      int[] rows,
      int row,
      int shift,
      float[] w,
      int wAt,
      int k,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    int a0 = rows[row] + shift;
    int a1 = rows[row + 1] + shift;
    int a2 = rows[row + 2] + shift;
    int a3 = rows[row + 3] + shift;
    int a4 = rows[row + 4] + shift;
    int a5 = rows[row + 5] + shift;
    int a6 = rows[row + 6] + shift;
    int a7 = rows[row + 7] + shift;
    int a8 = rows[row + 8] + shift;
    int a9 = rows[row + 9] + shift;
    int a10 = rows[row + 10] + shift;
    int a11 = rows[row + 11] + shift;
    int s0 = startAt;
    FloatVector c00 = load(start, s0);
    int s1 = startAt + startStride;
    FloatVector c10 = load(start, s1);
    int s2 = startAt + 2 * startStride;
    FloatVector c20 = load(start, s2);
    int s3 = startAt + 3 * startStride;
    FloatVector c30 = load(start, s3);
    int s4 = startAt + 4 * startStride;
    FloatVector c40 = load(start, s4);
    int s5 = startAt + 5 * startStride;
    FloatVector c50 = load(start, s5);
    int s6 = startAt + 6 * startStride;
    FloatVector c60 = load(start, s6);
    int s7 = startAt + 7 * startStride;
    FloatVector c70 = load(start, s7);
    int s8 = startAt + 8 * startStride;
    FloatVector c80 = load(start, s8);
    int s9 = startAt + 9 * startStride;
    FloatVector c90 = load(start, s9);
    int s10 = startAt + 10 * startStride;
    FloatVector c100 = load(start, s10);
    int s11 = startAt + 11 * startStride;
    FloatVector c110 = load(start, s11);
    for (int i = 0; i < k; i++) {
      int j = wAt + i * LANES;
      FloatVector w0 = load(w, j);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + i]);
      c00 = x0.fma(w0, c00);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + i]);
      c10 = x1.fma(w0, c10);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + i]);
      c20 = x2.fma(w0, c20);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + i]);
      c30 = x3.fma(w0, c30);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + i]);
      c40 = x4.fma(w0, c40);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + i]);
      c50 = x5.fma(w0, c50);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[a6 + i]);
      c60 = x6.fma(w0, c60);
      FloatVector x7 = FloatVector.broadcast(SPECIES, a[a7 + i]);
      c70 = x7.fma(w0, c70);
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[a8 + i]);
      c80 = x8.fma(w0, c80);
      FloatVector x9 = FloatVector.broadcast(SPECIES, a[a9 + i]);
      c90 = x9.fma(w0, c90);
      FloatVector x10 = FloatVector.broadcast(SPECIES, a[a10 + i]);
      c100 = x10.fma(w0, c100);
      FloatVector x11 = FloatVector.broadcast(SPECIES, a[a11 + i]);
      c110 = x11.fma(w0, c110);
    }
    int t0 = at;
    c00.intoArray(c, t0);
    int t1 = at + stride;
    c10.intoArray(c, t1);
    int t2 = at + 2 * stride;
    c20.intoArray(c, t2);
    int t3 = at + 3 * stride;
    c30.intoArray(c, t3);
    int t4 = at + 4 * stride;
    c40.intoArray(c, t4);
    int t5 = at + 5 * stride;
    c50.intoArray(c, t5);
    int t6 = at + 6 * stride;
    c60.intoArray(c, t6);
    int t7 = at + 7 * stride;
    c70.intoArray(c, t7);
    int t8 = at + 8 * stride;
    c80.intoArray(c, t8);
    int t9 = at + 9 * stride;
    c90.intoArray(c, t9);
    int t10 = at + 10 * stride;
    c100.intoArray(c, t10);
    int t11 = at + 11 * stride;
    c110.intoArray(c, t11);
  }
}
