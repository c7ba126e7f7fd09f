package dev.sinter;

import java.util.Arrays;

/** An input or output of a {@link Model}: its name and its shape, without the batch. */
public final class Port {
  private final String name;
  private final int[] shape;

  /**
   * Describes one input or output.
   *
   * @param name the field's name, or {@code "input"}
   * @param shape [C, H, W], [C, L] or [C]
   */
  public Port(String name, int... shape) {
    this.name = name;
    this.shape = shape.clone();
  }

  /** The field's name, or {@code "input"}. */
  public String name() {
    return name;
  }

  /** [C, H, W], [C, L] or [C]; a copy. */
  public int[] shape() {
    return shape.clone();
  }

  /** The number of floats of one image. */
  public int size() {
    int size = 1;
    for (int extent : shape) {
      size *= extent;
    }
    return size;
  }

  @Override
  public String toString() {
    return name + " " + Arrays.toString(shape);
  }
}
