package dev.sinter.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The most multiplications and additions that one core does through the Vector API: twelve chains
 * of fused multiply-adds, which hide an instruction's latency of four cycles on up to three units.
 * Needs {@code --add-modules jdk.incubator.vector}.
 */
final class PeakContender implements Contender {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int STEPS = 100_000;

  private final float[] sums = new float[SPECIES.length()];

  /** The multiply-adds of a run. */
  static long macs() {
    return (long) CHAINS * STEPS * SPECIES.length();
  }

  /** The factor is below 1, so that no chain overflows or comes to rest in slow denormals. */
  @Override
  public void run() {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    FloatVector k = y;
    FloatVector l = y;
    for (int step = 0; step < STEPS; step++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    a.add(b)
        .add(c)
        .add(d)
        .add(e)
        .add(f)
        .add(g)
        .add(h)
        .add(i)
        .add(j)
        .add(k)
        .add(l)
        .intoArray(sums, 0);
  }

  /** None that could be compared. */
  @Override
  public float[][] outputs() {
    return new float[0][];
  }

  @Override
  public void close() {}
}
