package dev.sinter.kernel;

/**
 * How large a kernel's buffers must be: one array, and a number of arrays of one length, which
 * HotSpot knows not to overlap. Immutable.
 */
public final class ScratchSize {
  /** No buffers. */
  public static final ScratchSize NONE = new ScratchSize(0, 0, 0);

  private final int floats;
  private final int rows;
  private final int rowLength;

  private ScratchSize(int floats, int rows, int rowLength) {
    this.floats = floats;
    this.rows = rows;
    this.rowLength = rowLength;
  }

  /** One array of this length. */
  public static ScratchSize floats(int floats) {
    return new ScratchSize(floats, 0, 0);
  }

  /** The same and so many rows of this length. */
  public ScratchSize rows(int count, int length) {
    return new ScratchSize(floats, count, length);
  }

  /** What serves both. */
  public ScratchSize max(ScratchSize other) {
    return new ScratchSize(
        Math.max(floats, other.floats),
        Math.max(rows, other.rows),
        Math.max(rowLength, other.rowLength));
  }

  /** The length of the array. */
  public int floats() {
    return floats;
  }

  /** The number of rows. */
  public int rows() {
    return rows;
  }

  /** The length of each row. */
  public int rowLength() {
    return rowLength;
  }

  /** In bytes. */
  public long bytes() {
    return Float.BYTES * (floats + (long) rows * rowLength);
  }
}
