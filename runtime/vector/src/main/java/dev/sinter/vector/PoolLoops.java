package dev.sinter.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops over vectors of several taps: their sums or the larger ones of them, NaN among them.
 *
 * <p>They load by the JDK's method, which HotSpot always inlines; a shorter one of ours it does not
 * where it compiles a rare loop as a part of its caller, before it knows how often that goes round.
 */
final class PoolLoops {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private PoolLoops() {}

  /** The larger one; NaN if one is. By comparisons: HotSpot's max is slow. */
  private static FloatVector max(FloatVector a, FloatVector b) {
    FloatVector y = a.blend(b, b.compare(VectorOperators.GT, a));
    return y.blend(b, b.compare(VectorOperators.NE, b));
  }

  static void move(float[] y, int to, int toStep, float[] x, int at, int next, int count) {
    for (int i = 0; i < count; i++) {
      FloatVector.fromArray(SPECIES, x, at + i * next).intoArray(y, to + i * toStep);
    }
  }

  /** y += x. */
  static void add(float[] y, int to, int toStep, float[] x, int at, int next, int count) {
    sum(y, to, toStep, y, to, toStep, x, at, next, count);
  }

  static void two(
      boolean sum,
      float[] y,
      int to,
      int toStep,
      float[] a,
      int aAt,
      int aStep,
      float[] x,
      int b,
      int next,
      int count) {
    if (sum) {
      sum(y, to, toStep, a, aAt, aStep, x, b, next, count);
    } else {
      max(y, to, toStep, a, aAt, aStep, x, b, next, count);
    }
  }

  static void three(
      boolean sum,
      float[] y,
      int to,
      int toStep,
      float[] a,
      int aAt,
      int aStep,
      float[] x,
      int b,
      int c,
      int next,
      int count) {
    if (sum) {
      sum(y, to, toStep, a, aAt, aStep, x, b, c, next, count);
    } else {
      max(y, to, toStep, a, aAt, aStep, x, b, c, next, count);
    }
  }

  private static void sum(
      float[] y,
      int to,
      int toStep,
      float[] a,
      int aAt,
      int aStep,
      float[] x,
      int b,
      int next,
      int count) {
    for (int i = 0; i < count; i++) {
      FloatVector.fromArray(SPECIES, a, aAt + i * aStep)
          .add(FloatVector.fromArray(SPECIES, x, b + i * next))
          .intoArray(y, to + i * toStep);
    }
  }

  private static void sum(
      float[] y,
      int to,
      int toStep,
      float[] a,
      int aAt,
      int aStep,
      float[] x,
      int b,
      int c,
      int next,
      int count) {
    for (int i = 0; i < count; i++) {
      FloatVector.fromArray(SPECIES, a, aAt + i * aStep)
          .add(FloatVector.fromArray(SPECIES, x, b + i * next))
          .add(FloatVector.fromArray(SPECIES, x, c + i * next))
          .intoArray(y, to + i * toStep);
    }
  }

  private static void max(
      float[] y,
      int to,
      int toStep,
      float[] a,
      int aAt,
      int aStep,
      float[] x,
      int b,
      int next,
      int count) {
    for (int i = 0; i < count; i++) {
      max(
              FloatVector.fromArray(SPECIES, a, aAt + i * aStep),
              FloatVector.fromArray(SPECIES, x, b + i * next))
          .intoArray(y, to + i * toStep);
    }
  }

  private static void max(
      float[] y,
      int to,
      int toStep,
      float[] a,
      int aAt,
      int aStep,
      float[] x,
      int b,
      int c,
      int next,
      int count) {
    for (int i = 0; i < count; i++) {
      max(
              max(
                  FloatVector.fromArray(SPECIES, a, aAt + i * aStep),
                  FloatVector.fromArray(SPECIES, x, b + i * next)),
              FloatVector.fromArray(SPECIES, x, c + i * next))
          .intoArray(y, to + i * toStep);
    }
  }

  /** Divides by the products of the elements of a table and one factor. */
  static void divide(float[] values, int at, int count, float[] table, float factor) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(SPECIES, values, at + i)
          .div(FloatVector.fromArray(SPECIES, table, i).mul(factor))
          .intoArray(values, at + i);
    }
  }
}
