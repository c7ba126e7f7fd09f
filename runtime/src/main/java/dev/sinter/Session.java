package dev.sinter;

/**
 * One thread's working memory for a {@link Model}. Running allocates nothing, but for buffers in
 * the first run after the model's kernels were replaced. A session may move from thread to thread
 * but serves one at a time. Interrupts are left alone: a run finishes.
 */
public interface Session extends AutoCloseable {
  /**
   * Runs a network that has one input and one output.
   *
   * @param input one image or several in a row, [C, H, W] each
   * @param output receives the result for each image, in a row
   * @throws IllegalArgumentException if a length does not fit, or both are one array; nothing is
   *     computed then
   * @throws IllegalStateException if the session is closed, busy in another thread, or the network
   *     has several inputs or outputs
   */
  void run(float[] input, float[] output);

  /**
   * Runs a network with any number of inputs and outputs.
   *
   * @param inputs an array for each of {@link Model#inputs()}, in that order
   * @param outputs an array for each of {@link Model#outputs()}, in that order
   * @throws IllegalArgumentException if a count or a length does not fit, or an output's array is
   *     also an input or another output; nothing is computed then
   * @throws IllegalStateException if the session is closed or busy in another thread
   */
  void run(float[][] inputs, float[][] outputs);

  /**
   * Runs a network that has one output on the bytes of images, as {@link Model#run(byte[])} does.
   *
   * @param pixels one image or several in a row
   * @param output receives the result for each image, in a row
   * @throws IllegalArgumentException if a length does not fit; nothing is computed then
   * @throws IllegalStateException if the session is closed, busy in another thread, the network was
   *     declared without {@code pixels}, or has several outputs
   */
  void run(byte[] pixels, float[] output);

  /**
   * The same for any number of outputs.
   *
   * @param pixels one image or several in a row
   * @param outputs an array for each of {@link Model#outputs()}, in that order
   * @throws IllegalArgumentException if a count or a length does not fit, or one array is two
   *     outputs; nothing is computed then
   * @throws IllegalStateException if the session is closed, busy in another thread, or the network
   *     was declared without {@code pixels}
   */
  void run(byte[] pixels, float[][] outputs);

  /**
   * What the network takes an input for, as {@link Model#classify(float[])} tells it. The answer is
   * a new object, and little is allocated beside it.
   *
   * @param input one image
   * @throws IllegalArgumentException if the length is not the input's size
   * @throws IllegalStateException if the session is closed, busy in another thread, or the network
   *     was declared without {@code labels}
   */
  Classification classify(float[] input);

  /**
   * The same for the bytes of an image.
   *
   * @param pixels one image
   * @throws IllegalArgumentException if the length is not that of an image
   * @throws IllegalStateException if the session is closed, busy in another thread, or the network
   *     was declared without {@code labels} or {@code pixels}
   */
  Classification classify(byte[] pixels);

  /**
   * Gives the working memory back. A run that is under way in another thread finishes first, and
   * rightly; it ends the session's threads then. Otherwise they have ended when this returns.
   * Closing twice does nothing.
   */
  @Override
  void close();
}
