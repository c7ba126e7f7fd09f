package dev.sinter.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops over whole vectors of one array, in which operands and result may lie in one place. What is
 * smaller than {@code low} is stored as that. Tables hold a value for each channel, repeated by one
 * vector.
 */
final class ElementLoops {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private ElementLoops() {}

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  private static FloatVector atLeast(float low, FloatVector x) {
    return x.blend(low, x.lt(low));
  }

  /** Whatever is larger than {@code high} becomes that. */
  static void atMost(float[] values, int at, int count, float high) {
    for (int i = at; i < at + count; i += LANES) {
      FloatVector x = load(values, i);
      x.blend(high, x.compare(VectorOperators.GT, high)).intoArray(values, i);
    }
  }

  static void move(float[] values, int x, int to, int count, float low) {
    for (int i = 0; i < count; i += LANES) {
      atLeast(low, load(values, x + i)).intoArray(values, to + i);
    }
  }

  static void add(float[] values, int x, int y, int to, int count, float low) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector sum = load(values, x + i).add(load(values, y + i));
      atLeast(low, sum).intoArray(values, to + i);
    }
  }

  static void multiply(float[] values, int x, int y, int to, int count, float low) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector product = load(values, x + i).mul(load(values, y + i));
      atLeast(low, product).intoArray(values, to + i);
    }
  }

  /** Any number of floats. */
  static void multiply(float[] values, int x, int y, int to, int count) {
    for (int i = 0; i < count; i++) {
      values[to + i] = values[x + i] * values[y + i];
    }
  }

  /** Times the table at {@code at}. */
  static void scale(
      float[] values,
      int x,
      int to,
      int count,
      float[] table,
      int at,
      int channel,
      int channels,
      float low) {
    int step = LANES % channels;
    int c = channel;
    for (int i = 0; i < count; i += LANES) {
      FloatVector product = load(values, x + i).mul(load(table, at + c));
      atLeast(low, product).intoArray(values, to + i);
      c += step;
      c -= c >= channels ? channels : 0;
    }
  }

  /** Times one table plus another. */
  static void affine(
      float[] values,
      int x,
      int to,
      int count,
      float[] scale,
      float[] shift,
      int channel,
      int channels,
      float low) {
    int step = LANES % channels;
    int c = channel;
    for (int i = 0; i < count; i += LANES) {
      FloatVector sum = load(values, x + i).fma(load(scale, c), load(shift, c));
      atLeast(low, sum).intoArray(values, to + i);
      c += step;
      c -= c >= channels ? channels : 0;
    }
  }
}
