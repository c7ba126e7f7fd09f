package dev.sinter.kernel;

/**
 * What treats each position by itself: a block of positions after the other, so small that its rows
 * fit the first cache.
 */
abstract class ScalarElementwise implements Kernel {
  private static final int BLOCK = 1024; // elements
  private static final int PART = 65_536;

  final Slot output;
  private final int rows;
  private final int block; // positions
  private final int band;

  /**
   * A kernel.
   *
   * @param rows how many rows a block needs
   */
  ScalarElementwise(Slot output, int rows) {
    this.output = output;
    this.rows = rows;
    block = Math.min(output.positions(), Math.max(1, BLOCK / output.channels()));
    band = Math.max(1, PART / output.channels());
  }

  /** The elements of a whole block. */
  final int blockSize() {
    return block * output.channels();
  }

  @Override
  public final int parts() {
    return (output.positions() - 1) / band + 1;
  }

  @Override
  public final ScratchSize scratch() {
    return ScratchSize.NONE.rows(rows, blockSize());
  }

  @Override
  public final void run(float[] arena, int part, Scratch scratch) {
    int end = Math.min((part + 1) * band, output.positions());
    for (int from = part * band; from < end; from += block) {
      int to = Math.min(from + block, end);
      compute(arena, from, to, scratch.rows());
      Rows.store(scratch.rows()[0], arena, output, from, to);
    }
  }

  /** Leaves in the first row what comes to the positions [from, to). */
  abstract void compute(float[] arena, int from, int to, float[][] rows);
}
