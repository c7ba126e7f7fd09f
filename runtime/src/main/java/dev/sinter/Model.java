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

  /** The labels of the last output's elements; none if the network was declared without. */
  List<String> labels();

  /** The number of constants after folding. */
  long parameters();

  /** Multiplications with a constant for one image, after folding. */
  long macs();

  /**
   * What one session needs for the values of an image, in bytes. To it come the kernels' buffers,
   * for each of its threads.
   */
  long arenaBytes();

  /**
   * The name of the kernels that the next run takes: {@code "scalar"}, {@code "vector"} or, if not
   * all are replaced (or not yet), as {@code "vector (37 of 41 kernels)"}.
   */
  String backend();

  /**
   * Waits until faster kernels have replaced those that the model began with. A thread does so in
   * the background once a first run has ended, two seconds after loading at the latest, and now.
   * Where vector kernels are forced, lets HotSpot compile what they share. Returns at once with
   * {@code "scalar"}; and if interrupted, with the interrupt kept.
   */
  void warmUp();

  /**
   * Runs the network, allocating what it needs. For repeated runs a {@link Session} is faster.
   *
   * @param input one image or several in a row
   * @return the output for each image, in a row
   * @throws IllegalArgumentException if the length is no positive multiple of the input's size
   * @throws IllegalStateException if the network has several inputs or outputs
   */
  float[] run(float[] input);

  /**
   * The same for the bytes of images, as a decoder gives them: pixel by pixel, row by row. The
   * answers are those for the same numbers, 0 to 255, as floats.
   *
   * @param pixels one image or several in a row, in the order that {@link Pixels} declared
   * @return the output for each image, in a row
   * @throws IllegalArgumentException if the length is no positive multiple of an image's bytes
   * @throws IllegalStateException if the network was declared without {@code pixels}, or has
   *     several outputs
   */
  float[] run(byte[] pixels);

  /**
   * What the network takes an input for: the label of the largest element of the last output, of
   * equal ones the first. Its probability is that element, where the network ends in a softmax or a
   * sigmoid; else the softmax of all elements. An element that is NaN counts as the largest, and
   * the probability is NaN then. For repeated runs a {@link Session} is faster.
   *
   * @param input one image
   * @throws IllegalArgumentException if the length is not the input's size
   * @throws IllegalStateException if the network was declared without {@code labels}
   */
  Classification classify(float[] input);

  /**
   * The same for the bytes of an image, as {@link #run(byte[])} takes them.
   *
   * @param pixels one image
   * @throws IllegalArgumentException if the length is not that of an image
   * @throws IllegalStateException if the network was declared without {@code labels} or {@code
   *     pixels}
   */
  Classification classify(byte[] pixels);

  /** Opens one thread's working memory. */
  Session newSession();

  /**
   * Opens a working memory whose runs share their steps among threads. The results have the same
   * bits whatever their number. The threads are daemons that sleep between runs; they end with
   * {@link Session#close()}, or some time after the session has become garbage.
   *
   * @param threads how many, the one that calls {@code run} included; 1 starts none
   * @throws IllegalArgumentException if there is to be no thread
   */
  Session newSession(int threads);
}
