package dev.sinter;

import java.util.List;

/**
 * A compiled network: its constants and its plan. Immutable; all threads may share one.
 *
 * <p>The generated class gives one: {@code Model digits = SinteredDigits.load();}. Values are float
 * arrays in the order [C, H, W] with the last axis running fastest, as PyTorch keeps them; several
 * images stand in a row.
 */
public interface Model {
  /** The name of the class that declares the network. */
  String name();

  /** The inputs, in the order in which {@link Session#run(float[][], float[][])} takes them. */
  List<Port> inputs();

  /** The outputs, in the order in which {@link Session#run(float[][], float[][])} gives them. */
  List<Port> outputs();

  /** The number of constants after folding. */
  long parameters();

  /** Multiplications with a constant for one image, after folding. */
  long macs();

  /** What one session needs for the values of an image, in bytes; a few small buffers aside. */
  long arenaBytes();

  /** The name of the kernels that run this model, as {@code "scalar"}. */
  String backend();

  /**
   * Runs the network, allocating what it needs. For repeated runs a {@link Session} is faster.
   *
   * @param input one image or several in a row
   * @return the output for each image, in a row
   * @throws IllegalArgumentException if the length is no positive multiple of the input's size
   * @throws IllegalStateException if the network has several inputs or outputs
   */
  float[] run(float[] input);

  /** Opens one thread's working memory. */
  Session newSession();
}
