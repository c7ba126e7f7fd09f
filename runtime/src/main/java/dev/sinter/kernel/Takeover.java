package dev.sinter.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Answers at once with the kernels of one backend, and goes over to those of another, step by step,
 * once {@link WarmUp} has seen them faster. For one program.
 */
final class Takeover implements Backend {
  private final Backend first;
  private final Backend second;
  private final AtomicInteger version = new AtomicInteger();
  private final CountDownLatch settled = new CountDownLatch(1);

  /**
   * Goes from one backend to another.
   *
   * @param first whose kernels are fast from the first run on
   * @param second whose kernels are faster later
   */
  Takeover(Backend first, Backend second) {
    this.first = first;
    this.second = second;
  }

  private Kernel step(Function<Backend, Kernel> recipe) {
    return new Handover(recipe.apply(first), recipe);
  }

  /** Begins to warm the second backend's kernels up, in a thread that holds the model weakly. */
  void start(ArenaModel model) {
    try {
      new WarmUp(model, second, version, settled).start();
    } catch (OutOfMemoryError e) { // no thread is to be had
      Logger.getLogger("dev.sinter").log(Level.WARNING, "No warm-up of " + model.name() + ".", e);
      settled.countDown();
    }
  }

  /** Changes whenever a kernel has been replaced. */
  int version() {
    return version.get();
  }

  /** Waits until it is settled which kernels stay. An interrupt ends the waiting and is kept. */
  void await() {
    try {
      settled.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The first's name, the second's, or the second's and how many of the kernels are its own. */
  String name(Kernel[] steps) {
    int replaced = 0;
    for (Kernel step : steps) {
      if (step instanceof Handover && ((Handover) step).isReplaced()) {
        replaced++;
      }
    }
    if (replaced == 0) {
      return first.name();
    }
    return replaced == steps.length
        ? second.name()
        : second.name() + " (" + replaced + " of " + steps.length + " kernels)";
  }

  @Override
  public String name() {
    return first.name();
  }

  @Override
  public Kernel convolution(Convolution convolution) {
    return step(backend -> backend.convolution(convolution));
  }

  @Override
  public Kernel transposedConvolution(
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] weights,
      float[] bias,
      ActivationFunction activation) {
    return step(
        backend ->
            backend.transposedConvolution(
                input, output, window, groups, weights, bias, activation));
  }

  @Override
  public Kernel linear(
      Slot input, Slot output, float[] weights, float[] bias, ActivationFunction activation) {
    return step(backend -> backend.linear(input, output, weights, bias, activation));
  }

  @Override
  public Kernel affine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation) {
    return step(backend -> backend.affine(input, output, scale, shift, activation));
  }

  @Override
  public Kernel activation(Slot input, Slot output, ActivationFunction activation) {
    return step(backend -> backend.activation(input, output, activation));
  }

  @Override
  public Kernel maxPool(Slot input, Slot output, Window window) {
    return step(backend -> backend.maxPool(input, output, window));
  }

  @Override
  public Kernel averagePool(Slot input, Slot output, Window window, boolean countPadding) {
    return step(backend -> backend.averagePool(input, output, window, countPadding));
  }

  @Override
  public Kernel add(Slot[] inputs, Slot output, ActivationFunction activation) {
    return step(backend -> backend.add(inputs, output, activation));
  }

  @Override
  public Kernel multiply(Slot[] inputs, Slot output, ActivationFunction activation) {
    return step(backend -> backend.multiply(inputs, output, activation));
  }

  @Override
  public Kernel concat(Slot[] inputs, Slot output) {
    return step(backend -> backend.concat(inputs, output));
  }

  @Override
  public Kernel slice(Slot input, Slot output, int axis, int start, int step) {
    return step(backend -> backend.slice(input, output, axis, start, step));
  }

  @Override
  public Kernel reshape(Slot input, Slot output) {
    return step(backend -> backend.reshape(input, output));
  }

  @Override
  public Kernel channelShuffle(Slot input, Slot output, int groups) {
    return step(backend -> backend.channelShuffle(input, output, groups));
  }

  @Override
  public Kernel pad(Slot input, Slot output, int before, int top, int left, float value) {
    return step(backend -> backend.pad(input, output, before, top, left, value));
  }

  @Override
  public Kernel upsampleNearest(Slot input, Slot output) {
    return step(backend -> backend.upsampleNearest(input, output));
  }

  @Override
  public Kernel upsampleBilinear(Slot input, Slot output, boolean alignCorners) {
    return step(backend -> backend.upsampleBilinear(input, output, alignCorners));
  }

  @Override
  public Kernel softmax(Slot input, Slot output) {
    return step(backend -> backend.softmax(input, output));
  }

  @Override
  public Kernel constant(Slot output, float[] values) {
    return step(backend -> backend.constant(output, values));
  }

  @Override
  public Kernel function(Slot input, Slot output, PointFunction function, float parameter) {
    return step(backend -> backend.function(input, output, function, parameter));
  }

  @Override
  public Kernel binary(
      Slot[] inputs, Slot output, Operation operation, ActivationFunction activation) {
    return step(backend -> backend.binary(inputs, output, operation, activation));
  }

  @Override
  public Kernel reduce(Slot input, Slot output, Reduction reduction) {
    return step(backend -> backend.reduce(input, output, reduction));
  }

  @Override
  public Kernel normalization(
      Slot input,
      Slot output,
      int groups,
      boolean overMap,
      float epsilon,
      float[] scale,
      float[] shift,
      ActivationFunction activation) {
    return step(
        backend ->
            backend.normalization(
                input, output, groups, overMap, epsilon, scale, shift, activation));
  }

  @Override
  public Kernel rearrange(
      Slot input, Slot output, float[] channels, float[] rows, float[] columns) {
    return step(backend -> backend.rearrange(input, output, channels, rows, columns));
  }

  @Override
  public Kernel resample(Slot input, Slot output, float[] rows, float[] columns) {
    return step(backend -> backend.resample(input, output, rows, columns));
  }
}
