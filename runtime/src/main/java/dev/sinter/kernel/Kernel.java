package dev.sinter.kernel;

/** One step of a program, its geometry and constants included. */
public interface Kernel {
  /**
   * Reads and writes the regions of the arena that it was made for, and nothing else. Allocates
   * nothing.
   *
   * @param arena a session's working memory
   */
  void run(float[] arena);

  /**
   * The kernel as one session runs it: itself if it is immutable; a copy with buffers of its own if
   * it needs such beside the arena, and serves one thread at a time therefore.
   */
  default Kernel forSession() {
    return this;
  }
}
