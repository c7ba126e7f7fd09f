package dev.sinter.kernel;

/**
 * Where in the arena a value lives: an offset and the extents [C, H, W], planar (element [c, y, x]
 * at {@code offset + (c·H + y)·W + x}). Sequences have H = 1, vectors H = W = 1.
 */
public final class Slot {
  final int offset;
  final int channels;
  final int height;
  final int width;

  private Slot(int offset, int channels, int height, int width) {
    this.offset = offset;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /**
   * A planar value.
   *
   * @param offset the first float in the arena
   * @param channels C
   * @param height H
   * @param width W
   */
  public static Slot planar(int offset, int channels, int height, int width) {
    return new Slot(offset, channels, height, width);
  }

  /** Floats of one channel. */
  int plane() {
    return height * width;
  }

  /** Floats of the whole value. */
  int size() {
    return channels * height * width;
  }

  /**
   * The operands of a sum or product with the output's slot first if it is one of the first two,
   * which may change places: the result is the same.
   */
  static Slot[] outputFirst(Slot[] inputs, Slot output) {
    Slot[] ordered = inputs.clone();
    if (inputs.length > 1 && inputs[1].offset == output.offset) {
      ordered[0] = inputs[1];
      ordered[1] = inputs[0];
    }
    return ordered;
  }

  /** Writes one image, given as [C, H, W] from {@code values[from]}, into the arena. */
  void store(float[] values, int from, float[] arena) {
    System.arraycopy(values, from, arena, offset, size());
  }

  /** Reads one image from the arena as [C, H, W] to {@code values[to]}. */
  void load(float[] arena, float[] values, int to) {
    System.arraycopy(arena, offset, values, to, size());
  }
}
