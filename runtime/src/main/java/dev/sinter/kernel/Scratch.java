package dev.sinter.kernel;

/** The buffers of one thread of a session, which its kernels use one after the other. */
public final class Scratch {
  private final float[] buffer;
  private final float[][] rows;

  /** Buffers of this size. */
  public Scratch(ScratchSize size) {
    buffer = Memory.floats(size.floats());
    rows = new float[size.rows()][size.rowLength()];
  }

  /** One array, at least as long as asked for. */
  public float[] buffer() {
    return buffer;
  }

  /** Many arrays of one length. */
  public float[][] rows() {
    return rows;
  }
}
