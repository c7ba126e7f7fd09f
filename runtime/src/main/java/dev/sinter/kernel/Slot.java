package dev.sinter.kernel;

/**
 * Where in the arena a value lives: an offset and the extents [C, H, W], the channels of a position
 * together. Element [c, y, x] is at {@code offset + (y·W + x)·pixelStride + c}. Sequences have H =
 * 1, vectors H = W = 1.
 *
 * <p>The pixel stride is C, or more where the value is some of the channels of a larger one: what
 * it is concatenated into, or sliced from.
 */
public final class Slot {
  private final int offset;
  private final int channels;
  private final int height;
  private final int width;
  private final int pixelStride;

  private Slot(int offset, int channels, int height, int width, int pixelStride) {
    this.offset = offset;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.pixelStride = pixelStride;
  }

  /**
   * A value of its own.
   *
   * @param offset the first float in the arena
   * @param channels C
   * @param height H
   * @param width W
   */
  public static Slot of(int offset, int channels, int height, int width) {
    return new Slot(offset, channels, height, width, channels);
  }

  /**
   * The same among the channels of a larger value: so many floats lie from position to position.
   */
  public Slot pixelStride(int floats) {
    return new Slot(offset, channels, height, width, floats);
  }

  /** The first float in the arena. */
  public int offset() {
    return offset;
  }

  /** C. */
  public int channels() {
    return channels;
  }

  /** H. */
  public int height() {
    return height;
  }

  /** W. */
  public int width() {
    return width;
  }

  /** Floats from a position to the next. */
  public int pixelStride() {
    return pixelStride;
  }

  /** Positions: H·W. */
  public int positions() {
    return height * width;
  }

  /** Elements: C·H·W. */
  public int size() {
    return channels * height * width;
  }

  /** Whether no other value lies between the elements. */
  public boolean isDense() {
    return pixelStride == channels || positions() == 1;
  }

  /** Where the first channel of the position {@code y·W + x} is. */
  public int position(int index) {
    return offset + index * pixelStride;
  }

  /** Writes one image, given as [C, H, W] from {@code values[from]}, into the arena. */
  void store(float[] values, int from, float[] arena) {
    int positions = positions();
    if (positions == 1 || pixelStride == 1) {
      System.arraycopy(values, from, arena, offset, size());
      return;
    }
    for (int c = 0; c < channels; c++) {
      for (int p = 0; p < positions; p++) {
        arena[offset + c + p * pixelStride] = values[from + c * positions + p];
      }
    }
  }

  /** Reads one image from the arena as [C, H, W] to {@code values[to]}. */
  void load(float[] arena, float[] values, int to) {
    int positions = positions();
    if (positions == 1 || pixelStride == 1) {
      System.arraycopy(arena, offset, values, to, size());
      return;
    }
    for (int c = 0; c < channels; c++) {
      for (int p = 0; p < positions; p++) {
        values[to + c * positions + p] = arena[offset + c + p * pixelStride];
      }
    }
  }
}
