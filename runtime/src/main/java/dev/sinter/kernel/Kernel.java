package dev.sinter.kernel;

/**
 * One step of a program, its geometry and constants included. Immutable; all sessions share one.
 *
 * <p>The work is cut into parts, always the same ones, so that a result does not depend on how many
 * threads they run on. Parts write different elements and read nothing that another part writes.
 */
public interface Kernel {
  /** The number of parts, at least one. */
  default int parts() {
    return 1;
  }

  /** The buffers that a part needs beside the arena. */
  default ScratchSize scratch() {
    return ScratchSize.NONE;
  }

  /**
   * Runs one part: reads and writes the regions of the arena that the kernel was made for, and
   * nothing else. Allocates nothing.
   *
   * @param arena a session's working memory
   * @param part from 0 to {@code parts() − 1}
   * @param scratch this thread's buffers, of at least the size asked for; holding anything
   */
  void run(float[] arena, int part, Scratch scratch);
}
