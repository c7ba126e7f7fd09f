package dev.sinter;

import java.util.Locale;

/** What a network takes its input for: the best of its labels. Immutable. */
public final class Classification {
  private final int index;
  private final String label;
  private final float probability;

  /**
   * Describes an answer.
   *
   * @param index the element of the output, from 0
   * @param label its label
   * @param probability from 0 to 1, or NaN
   */
  public Classification(int index, String label, float probability) {
    this.index = index;
    this.label = label;
    this.probability = probability;
  }

  /** The element of the output that is the largest, from 0. */
  public int index() {
    return index;
  }

  /** The label of that element. */
  public String label() {
    return label;
  }

  /** From 0 to 1; NaN if an output is none, or infinite. */
  public float probability() {
    return probability;
  }

  /** As {@code "tench, Tinca tinca (97.3 %)"}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s (%.1f %%)", label, 100 * probability);
  }
}
