package dev.sinter.kernel;

import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Builds a backend's kernels for a model that runs on others, and puts each in place that is
 * faster: the shortest of several runs, both in turns on an arena of their own. Whatever is thrown,
 * the model keeps the kernels that it has.
 *
 * <p>A kernel that is slow yet may be fast once HotSpot has compiled it. Running it meanwhile would
 * fill the heap, since vectors are objects before, and take the processor from the compiler; so it
 * waits.
 */
final class WarmUp extends Thread {
  private static final Logger LOG = Logger.getLogger("dev.sinter");

  // Each kernel: long enough for HotSpot to compile what a kernel has for itself, and often enough
  // for the shortest run to be one that nothing held up.
  private static final long NANOS = 20_000_000;
  private static final long MOST_NANOS = 200_000_000; // for one that was not faster yet
  private static final int ROUNDS = 5;
  private static final int SLOW = 2; // times as slow as the other
  private static final int PAUSES = 20; // for a kernel that is slow yet
  private static final long PAUSE_MILLIS = 10;

  private final WeakReference<ArenaModel> model;
  private final String modelName;
  private final Backend backend;
  private final Backend spare;
  private final AtomicInteger version;
  private final Runnable patience;
  private final CountDownLatch settled;

  private ScratchSize scratchSize = ScratchSize.NONE;
  private Scratch scratch = new Scratch(scratchSize);

  @SuppressWarnings("ThreadPriorityCheck") // a hint: right at any priority
  WarmUp(
      ArenaModel model,
      Backend backend,
      Backend spare,
      AtomicInteger version,
      Runnable patience,
      CountDownLatch settled) {
    super("sinter-warm-up-" + model.name());
    this.model = new WeakReference<>(model);
    this.modelName = model.name();
    this.backend = backend;
    this.spare = spare;
    this.version = version;
    this.patience = patience;
    this.settled = settled;
    setDaemon(true);
    setPriority(MIN_PRIORITY);
    setContextClassLoader(null);
  }

  @Override
  public void run() {
    try {
      patience.run();
      String obstacle = backend.obstacle();
      if (obstacle != null) {
        LOG.config(modelName + " keeps its kernels. " + obstacle);
        keepAll();
        return;
      }
      float[] arena = {};
      for (int k = 0; (arena = settle(k, arena)) != null; k++) {}
    } catch (Throwable t) { // a LinkageError, OutOfMemoryError: the model runs on without
      LOG.log(Level.WARNING, modelName + " keeps its kernels: no warm-up on " + backend.name(), t);
      keepAll();
    } finally {
      settled.countDown();
    }
  }

  private void keepAll() {
    ArenaModel held = model.get();
    if (held != null) {
      for (Kernel step : held.steps) {
        if (step instanceof Handover) {
          ((Handover) step).keep();
        }
      }
    }
  }

  /** Settles which kernel stays in a step: the arena for the next; null after the last one. */
  private float @Nullable [] settle(int index, float[] arena) throws InterruptedException {
    ArenaModel held = model.get();
    if (held == null || index == held.steps.length) {
      return null;
    }
    Kernel step = held.steps[index];
    Function<Backend, Kernel> recipe = step instanceof Handover ? ((Handover) step).recipe() : null;
    if (recipe == null) {
      return arena;
    }
    float[] memory = arena.length == 0 ? new float[held.arena()] : arena;
    if (!replaces(backend, recipe, (Handover) step, memory, index)
        && !replaces(spare, recipe, (Handover) step, memory, index)) {
      ((Handover) step).keep();
    }
    join(held, index, memory);
    return memory;
  }

  /** Puts one kernel in the place of those of the chain that ends with a step, if it is faster. */
  private void join(ArenaModel held, int last, float[] arena) throws InterruptedException {
    int first = held.chainBegin(last);
    if (first < 0) {
      return;
    }
    Kernel[] present = held.kernels(first, last);
    Kernel one = backend.chain(present);
    if (one == null) {
      return;
    }
    backend.warmUp(one);
    if (isFaster(backend.name(), one, arena, first, present)) {
      held.join(first, last, one);
      version.incrementAndGet();
    }
  }

  /** Puts another backend's kernel in place if it is of another class and faster. */
  private boolean replaces(
      Backend other, Function<Backend, Kernel> recipe, Handover step, float[] arena, int index)
      throws InterruptedException {
    Kernel present = Handover.current(step);
    Kernel candidate = recipe.apply(other);
    if (candidate.getClass() == present.getClass()) {
      return false;
    }
    other.warmUp(candidate);
    if (!isFaster(other.name(), candidate, arena, index, present)) {
      return false;
    }
    step.replace(candidate, other == backend);
    version.incrementAndGet();
    return true;
  }

  private boolean isFaster(
      String name, Kernel candidate, float[] arena, int index, Kernel... present)
      throws InterruptedException {
    fill(arena);
    ScratchSize needed = candidate.scratch();
    for (Kernel kernel : present) {
      needed = needed.max(kernel.scratch());
    }
    Scratch scratch = scratch(needed);
    long shortest = Long.MAX_VALUE;
    long shortestOfPresent = Long.MAX_VALUE;
    long all = 0;
    int pauses = 0;
    for (int k = 0; k < ROUNDS || all < (shortest < shortestOfPresent ? NANOS : MOST_NANOS); k++) {
      long nanosOfPresent = time(arena, scratch, present);
      long nanos = time(arena, scratch, candidate);
      shortestOfPresent = Math.min(shortestOfPresent, nanosOfPresent);
      shortest = Math.min(shortest, nanos);
      all += nanos + nanosOfPresent;
      if (nanos / SLOW > shortestOfPresent && pauses < PAUSES) {
        Thread.sleep(PAUSE_MILLIS);
        pauses++;
        k = Math.min(k, 0); // the rounds begin again
      }
    }
    boolean faster = shortest < shortestOfPresent;
    if (LOG.isLoggable(Level.FINE)) {
      LOG.fine(
          String.format(
              "%s, step %d: %s %s takes %d ns, %s %d ns; %s",
              modelName,
              index,
              name,
              candidate.getClass().getSimpleName(),
              shortest,
              present[0].getClass().getSimpleName(),
              shortestOfPresent,
              faster ? "replaced." : "kept."));
    }
    return faster;
  }

  /** Buffers of at least that size: those that there are, if they do. */
  private Scratch scratch(ScratchSize needed) {
    ScratchSize larger = scratchSize.max(needed);
    if (larger.bytes() > scratchSize.bytes()) {
      scratchSize = larger;
      scratch = new Scratch(larger);
    }
    return scratch;
  }

  private static long time(float[] arena, Scratch scratch, Kernel... kernels) {
    long start = System.nanoTime();
    for (Kernel kernel : kernels) {
      for (int part = 0; part < kernel.parts(); part++) {
        kernel.run(arena, part, scratch);
      }
    }
    return System.nanoTime() - start;
  }

  /** Values from −1 to 1, none of them subnormal: those would be slow. */
  private static void fill(float[] arena) {
    int seed = 1;
    for (int k = 0; k < arena.length; k++) {
      seed = seed * 1_664_525 + 1_013_904_223; // Numerical Recipes' generator
      arena[k] = seed * 0x1p-31f;
    }
  }
}
