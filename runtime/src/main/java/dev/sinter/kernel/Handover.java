package dev.sinter.kernel;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A step's kernel that another may replace. A run takes {@link #current} once, so that all parts
 * come from one kernel.
 */
final class Handover implements Kernel {
  private volatile Kernel current;
  private volatile boolean replaced;
  private volatile @Nullable Function<Backend, Kernel> recipe;

  /**
   * A kernel that may be replaced.
   *
   * @param first what runs until then
   * @param recipe makes the same step's kernel with another backend
   */
  Handover(Kernel first, Function<Backend, Kernel> recipe) {
    current = first;
    this.recipe = recipe;
  }

  /** The kernel that runs in a step now. */
  static Kernel current(Kernel step) {
    return step instanceof Handover ? ((Handover) step).current : step;
  }

  /** What makes the other kernel; null once it is settled which of them stays. */
  @Nullable Function<Backend, Kernel> recipe() {
    return recipe;
  }

  /**
   * Settles on another kernel. The first one, and its constants, are garbage then.
   *
   * @param counts whether it is one of those that are to take over
   */
  void replace(Kernel kernel, boolean counts) {
    current = kernel;
    replaced = counts;
    recipe = null;
  }

  /** Settles on the first kernel. */
  void keep() {
    recipe = null;
  }

  /** Whether one of those that are to take over runs. */
  boolean isReplaced() {
    return replaced;
  }

  @Override
  public int parts() {
    return current.parts();
  }

  @Override
  public ScratchSize scratch() {
    return current.scratch();
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    current.run(arena, part, scratch);
  }
}
