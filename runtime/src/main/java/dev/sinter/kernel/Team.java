package dev.sinter.kernel;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that a session has beside its caller's. They share the parts of one step at a time:
 * each takes the next from a counter until none is left, so that a thread that is held up holds up
 * one part only.
 *
 * <p>Between steps they spin for some microseconds, yielding, then park: spinning for longer would
 * take from the JIT compiler the core that it needs. They are daemons, hold neither the session
 * nor, between runs, its arena, and end with {@link #close} or, the session being garbage, by its
 * {@link Abandonment}.
 */
final class Team {
  private static final long SPIN_NANOS = 5_000;

  private final Abandonment abandonment;
  private final Worker[] workers;

  /** The caller's, then those of the workers. */
  private final Scratch[] scratches;

  /** The parts that no thread has taken yet. What belongs to a step is read after taking one. */
  private final AtomicInteger remaining = new AtomicInteger();

  /** The parts that are not finished. */
  private final AtomicInteger pending = new AtomicInteger();

  private final AtomicLong work = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile @Nullable Thread waiting;
  private volatile boolean closed;

  // Written before remaining is set, read after it was taken from.
  private @Nullable Kernel kernel;
  private float @Nullable [] arena;
  private int parts;

  /**
   * Starts the threads.
   *
   * @param session when it is garbage the threads end
   * @param count how many, beside the caller's
   */
  Team(Object session, String name, int count) {
    workers = new Worker[count];
    scratches = new Scratch[count + 1];
    for (int k = 0; k < count; k++) {
      workers[k] = new Worker(this, k + 1, "sinter-" + name + "-" + (k + 1));
    }
    abandonment = Abandonment.await(session, this);
    int started = 0;
    try {
      for (; started < count; started++) {
        workers[started].start();
      }
    } finally {
      if (started < count) { // there are no threads left to be had
        close();
      }
    }
  }

  /**
   * Gives each thread buffers of this size. Not while a step runs.
   *
   * @param callers those of the caller's thread
   */
  void scratch(Scratch callers, ScratchSize size) {
    scratches[0] = callers;
    for (int k = 1; k < scratches.length; k++) {
      scratches[k] = new Scratch(size);
    }
  }

  /**
   * Runs a step, on the caller's thread too.
   *
   * @return the time that all threads together worked on its parts, in nanoseconds
   */
  long run(Kernel kernel, float[] arena) {
    this.kernel = kernel;
    this.arena = arena;
    parts = kernel.parts();
    work.set(0);
    pending.set(parts);
    remaining.set(parts);
    wake(parts - 1);
    takeParts(0);
    await();
    // A part that failed is finished too: no thread is in the step any more.
    Throwable thrown = failure.getAndSet(null);
    if (thrown != null) {
      Team.<RuntimeException>rethrow(thrown);
    }
    return work.get();
  }

  /** Forgets the arena, until the next run. */
  void rest() {
    kernel = null;
    arena = null;
  }

  /** Tells the threads to end. Not while a step runs. */
  void end() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  /** Ends the threads and waits until they have ended. Not while a step runs. */
  void close() {
    end();
    abandonment.settle();
    boolean interrupted = false;
    for (Worker worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void wake(int most) {
    for (int k = 0; k < workers.length && k < most; k++) {
      if (workers[k].parked) {
        LockSupport.unpark(workers[k]);
      }
    }
  }

  private void takeParts(int member) {
    int left = take();
    if (left == 0) {
      return;
    }
    long start = System.nanoTime();
    int finished = 0;
    while (left > 0) {
      try {
        Kernel step = Objects.requireNonNull(kernel);
        step.run(Objects.requireNonNull(arena), parts - left, scratches[member]);
      } catch (Throwable t) {
        failure.compareAndSet(null, t);
      }
      finished++;
      left = take();
    }
    work.addAndGet(System.nanoTime() - start);
    if (pending.addAndGet(-finished) == 0) {
      Thread caller = waiting;
      if (caller != null) {
        LockSupport.unpark(caller);
      }
    }
  }

  /** Takes a part, if one is left: how many were. */
  private int take() {
    int left = remaining.get();
    while (left > 0 && !remaining.compareAndSet(left, left - 1)) {
      left = remaining.get();
    }
    return left;
  }

  /** Waits until all parts are finished. An interrupt is kept for the caller. */
  @SuppressWarnings("ThreadPriorityCheck") // yields for some microseconds only, then parks
  private void await() {
    long start = System.nanoTime();
    while (pending.get() > 0 && System.nanoTime() - start < SPIN_NANOS) {
      Thread.yield();
    }
    if (pending.get() == 0) {
      return;
    }
    boolean interrupted = false;
    waiting = Thread.currentThread();
    while (pending.get() > 0) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    waiting = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
    throw (T) thrown;
  }

  private static final class Worker extends Thread {
    private final Team team;
    private final int member;
    private volatile boolean parked;

    Worker(Team team, int member, String name) {
      super(name);
      this.team = team;
      this.member = member;
      setDaemon(true);
      setContextClassLoader(null); // an application's must not live as long as a session
    }

    @SuppressWarnings("ThreadPriorityCheck") // yields for some microseconds only, then parks
    @Override
    public void run() {
      long idleSince = System.nanoTime();
      while (!team.closed) {
        if (team.remaining.get() > 0) {
          team.takeParts(member);
          idleSince = System.nanoTime();
        } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
          Thread.yield();
        } else {
          park();
          idleSince = System.nanoTime();
        }
      }
    }

    private void park() {
      parked = true; // before a last look: whoever sets remaining looks here afterwards
      if (team.remaining.get() == 0 && !team.closed) {
        LockSupport.park(team);
      }
      parked = false;
      Thread.interrupted(); // else it would not park again
    }
  }
}
