package dev.sinter.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Runs all operations on vectors that kernels use in turns, before anything else does.
 *
 * <p>All of them go through a few methods of the JDK, which C2 compiles for the classes of
 * operators met so far. Had that been one, the first of another class would trap, four times; a
 * method's traps count for each place that it is inlined at; and from a hundred on C2 takes no
 * class for granted in what it compiles: kernels of more than 24 operations would have their
 * vectors in objects for ever.
 */
final class WarmOperations {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int ROUNDS = 400; // an operation is profiled from its 200th use on
  private static final int BURST = 40; // rounds
  private static final int PAUSE_MILLIS = 15; // in which HotSpot compiles what is to profile

  private static boolean warm;

  private WarmOperations() {}

  /** Once a JVM. */
  static synchronized void once() {
    if (warm) {
      return;
    }
    warm = true;
    float[] values = new float[SPECIES.length()];
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        each(values);
        if (round % BURST == 0) {
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One operator of each class: associative, binary, ternary, unary, comparison, shift. */
  private static void each(float[] values) {
    FloatVector x = FloatVector.fromArray(SPECIES, values, 0);
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector y = x.add(one).sub(x).mul(x.add(2)).div(one).fma(one, x).neg();
    FloatVector z = x.blend(y, y.lt(one)).blend(0, y.compare(VectorOperators.GT, 2));
    z.reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, 1)
        .add(1)
        .reinterpretAsFloats()
        .mul(0)
        .intoArray(values, 0);
  }
}
