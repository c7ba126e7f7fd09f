package dev.sinter.kernel;

/**
 * The transforms of Winograd's minimal filtering with kernels of 3, along one axis: Y = Aᵀ((G·g) ∘
 * (Bᵀ·d)) is the m outputs of n = m + 2 inputs. Their elements are rows.
 *
 * <p>F(2,3) has the points 0, 1, −1 and ∞; F(4,3) has 0, ±√½, ±√2 and ∞, whose powers stay close to
 * 1: the rounding errors are a quarter of those of the points 0, ±1, ±2, ∞. For the points α, Aᵀ
 * has the powers of α in its columns, G has (1, α, α²)/Π(α − β) and Bᵀ the coefficients of Π(x − β)
 * in its rows, β all other points; for ∞ they are the unit vectors and Π(x − β) over all points.
 * Source: A. Lavin, S. Gray, <i>Fast Algorithms for Convolutional Neural Networks</i>, arXiv
 * 1509.09308.
 */
final class Winograd {
  private static final double P = Math.sqrt(0.5);
  private static final double Q = Math.sqrt(2);
  private static final float P1 = (float) P;
  private static final float Q1 = (float) Q;
  private static final float P3 = (float) (P * P * P);
  private static final float Q3 = (float) (Q * Q * Q);

  private static final double[][] G2 = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
  private static final double[][] G4 = {
    {1, 0, 0},
    {-1 / 1.5, -P / 1.5, -0.5 / 1.5},
    {-1 / 1.5, P / 1.5, -0.5 / 1.5},
    {1.0 / 6, Q / 6, 2.0 / 6},
    {1.0 / 6, -Q / 6, 2.0 / 6},
    {0, 0, 1}
  };

  /** G·g·Gᵀ at [a, b], of the kernel [3, 3] that begins at {@code weights[at]}. */
  static double filter(float[] weights, int at, int a, int b, int outputs) {
    double[][] g = outputs == 2 ? G2 : G4;
    double sum = 0;
    for (int u = 0; u < 3; u++) {
      for (int v = 0; v < 3; v++) {
        sum += g[a][u] * weights[at + 3 * u + v] * g[b][v];
      }
    }
    return sum;
  }

  /** Bᵀ·d, of the rows a step apart from {@code x} on to those from {@code y} on. */
  static void input(float[][] rows, int x, int y, int step, int outputs, int length) {
    float[] x0 = rows[x];
    float[] x1 = rows[x + step];
    float[] x2 = rows[x + 2 * step];
    float[] x3 = rows[x + 3 * step];
    if (outputs == 2) {
      subtract(rows[y], x0, x2, length);
      addAndSubtract(rows[y + step], rows[y + 2 * step], x2, x1, length);
      subtract(rows[y + 3 * step], x1, x3, length);
    } else {
      float[] x4 = rows[x + 4 * step];
      float[] x5 = rows[x + 5 * step];
      ends(rows[y], x0, x2, x4, length);
      inner(rows[y + step], rows[y + 2 * step], x1, x2, x3, x4, 2, P1, length);
      inner(rows[y + 3 * step], rows[y + 4 * step], x1, x2, x3, x4, 0.5f, Q1, length);
      ends(rows[y + 5 * step], x1, x3, x5, length);
    }
  }

  /** Aᵀ·m, of the rows {@code xStep} apart to rows {@code yStep} apart. */
  static void output(
      float[][] from, int x, int xStep, float[][] to, int y, int yStep, int outputs, int length) {
    float[] x0 = from[x];
    float[] x1 = from[x + xStep];
    float[] x2 = from[x + 2 * xStep];
    float[] x3 = from[x + 3 * xStep];
    if (outputs == 2) {
      even(to[y], x0, x1, x2, length);
      odd(to[y + yStep], x3, x1, x2, length);
    } else {
      float[] x4 = from[x + 4 * xStep];
      float[] x5 = from[x + 5 * xStep];
      first(to[y], x0, x1, x2, x3, x4, length);
      middle(to[y + yStep], to[y + 2 * yStep], x1, x2, x3, x4, length);
      last(to[y + 3 * yStep], x1, x2, x3, x4, x5, length);
    }
  }

  private static void subtract(float[] y, float[] a, float[] b, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = a[i] - b[i];
    }
  }

  private static void addAndSubtract(float[] y, float[] z, float[] a, float[] b, int length) {
    for (int i = 0; i < length; i++) {
      float s = a[i];
      float t = b[i];
      y[i] = s + t;
      z[i] = s - t;
    }
  }

  private static void ends(float[] y, float[] a, float[] b, float[] c, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = a[i] - 2.5f * b[i] + c[i];
    }
  }

  private static void inner(
      float[] y,
      float[] z,
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float square,
      float point,
      int length) {
    for (int i = 0; i < length; i++) {
      float s = d[i] - square * b[i];
      float t = point * (c[i] - square * a[i]);
      y[i] = s + t;
      z[i] = s - t;
    }
  }

  private static void even(float[] y, float[] a, float[] b, float[] c, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = a[i] + (b[i] + c[i]);
    }
  }

  private static void odd(float[] y, float[] a, float[] b, float[] c, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = (b[i] - c[i]) - a[i];
    }
  }

  private static void first(
      float[] y, float[] a, float[] b, float[] c, float[] d, float[] e, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = a[i] + (b[i] + c[i]) + (d[i] + e[i]);
    }
  }

  private static void middle(
      float[] y, float[] z, float[] b, float[] c, float[] d, float[] e, int length) {
    float p = P1;
    float q = Q1;
    for (int i = 0; i < length; i++) {
      float s = b[i];
      float t = c[i];
      float u = d[i];
      float v = e[i];
      y[i] = p * (s - t) + q * (u - v);
      z[i] = 0.5f * (s + t) + 2 * (u + v);
    }
  }

  private static void last(
      float[] y, float[] b, float[] c, float[] d, float[] e, float[] f, int length) {
    float p = P3;
    float q = Q3;
    for (int i = 0; i < length; i++) {
      y[i] = p * (b[i] - c[i]) + q * (d[i] - e[i]) + f[i];
    }
  }

  private Winograd() {}
}
