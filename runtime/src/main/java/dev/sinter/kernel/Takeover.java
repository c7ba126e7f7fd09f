package dev.sinter.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Answers at once with the kernels of one backend, and goes over to those of another, step by step,
 * once {@link WarmUp} has seen them faster. For one program.
 */
final class Takeover extends ForwardingBackend {
  /** The warm-up would take the processor from a first run, which then takes twice as long. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final Backend first;
  private final Backend second;
  private final Backend spare;
  private final Runnable begun;
  private final long patienceMillis;
  private final AtomicInteger version = new AtomicInteger();
  private final CountDownLatch wanted = new CountDownLatch(1);
  private final CountDownLatch settled = new CountDownLatch(1);

  /**
   * Goes from one backend to another.
   *
   * @param first whose kernels are fast from the first run on
   * @param second whose kernels are faster later
   */
  Takeover(Backend first, Backend second) {
    this(first, second, PATIENCE_MILLIS);
  }

  /**
   * The same.
   *
   * @param patienceMillis how long the warm-up waits for a first run
   */
  Takeover(Backend first, Backend second, long patienceMillis) {
    this(first, second, first, () -> {}, patienceMillis);
  }

  /**
   * From one backend to another, or to a third.
   *
   * @param spare whose kernels are tried where those of the second are not faster
   * @param begun what the warm-up does first
   */
  Takeover(Backend first, Backend second, Backend spare, Runnable begun) {
    this(first, second, spare, begun, PATIENCE_MILLIS);
  }

  private Takeover(
      Backend first, Backend second, Backend spare, Runnable begun, long patienceMillis) {
    this.first = first;
    this.second = second;
    this.spare = spare;
    this.begun = begun;
    this.patienceMillis = patienceMillis;
  }

  @Override
  protected Kernel forward(Function<Backend, Kernel> recipe) {
    return new Handover(recipe.apply(first), recipe);
  }

  /** Warms the second backend's kernels up, in a thread that holds the model weakly. */
  void start(ArenaModel model) {
    try {
      new WarmUp(model, second, spare, version, this::begin, settled).start();
    } catch (OutOfMemoryError e) { // no thread is to be had
      Logger.getLogger("dev.sinter").log(Level.WARNING, "No warm-up of " + model.name() + ".", e);
      settled.countDown();
    }
  }

  /** Changes whenever a kernel has been replaced. */
  int version() {
    return version.get();
  }

  /** Waits until the warm-up is wanted, or nobody seems to be in a hurry. */
  private void begin() {
    try {
      wanted.await(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody has a reason to; then it begins sooner.
    }
    begun.run();
  }

  /** The warm-up may begin: a first run has ended, or somebody waits for it. */
  void want() {
    wanted.countDown();
  }

  /** Waits until it is settled which kernels stay. An interrupt ends the waiting and is kept. */
  void await() {
    want();
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
}
