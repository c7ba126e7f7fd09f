package dev.sinter.kernel;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that a session has beside its caller's. They share the parts of one step at a time:
 * each takes one of its {@linkplain Shares share}, then of others', until none is left, so that a
 * thread that is held up holds up one part only.
 *
 * <p>Between steps they spin, then park: to wake a thread takes as long as a small step, some 40 µs
 * where the machine is virtual. They yield every microsecond or so, to the JIT compiler for one,
 * which may need the core. They are daemons, hold neither the session nor, between runs, its arena,
 * and end with {@link #close} or, the session being garbage, by its {@link Abandonment}.
 */
final class Team {
  private static final long SPIN_NANOS = 100_000;
  private static final int LOOKS = 500; // between yields

  private final Abandonment abandonment;
  private final Worker[] workers;

  /** The caller's, then those of the workers. */
  private final Scratch[] scratches;

  /** The parts that no thread has taken yet. What belongs to a step is read after taking one. */
  private final Shares shares;

  /** Counts the steps, each when its parts have been dealt, and the end. */
  private final AtomicInteger begun = new AtomicInteger();

  /** The parts that are not finished. */
  private final AtomicInteger pending = new AtomicInteger();

  /** Counts the steps, each when its parts are finished. */
  private final AtomicInteger finished = new AtomicInteger();

  private final AtomicLong work = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile @Nullable Thread waiting;
  private volatile boolean closed;

  // Written before parts are dealt, read after one was taken.
  private @Nullable Kernel kernel;
  private float @Nullable [] arena;

  /**
   * Starts the threads.
   *
   * @param session when it is garbage the threads end
   * @param count how many, beside the caller's
   */
  Team(Object session, String name, int count) {
    workers = new Worker[count];
    scratches = new Scratch[count + 1];
    shares = new Shares(count + 1);
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
    int parts = kernel.parts();
    work.set(0);
    pending.set(parts);
    int before = finished.get();
    shares.deal(parts);
    begun.incrementAndGet();
    wake(parts - 1);
    takeParts(0);
    await(before);
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
    begun.incrementAndGet();
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
    int part = shares.take(member);
    if (part < 0) {
      return;
    }
    long start = System.nanoTime();
    int count = 0;
    for (; part >= 0; part = shares.take(member)) {
      try {
        Kernel step = Objects.requireNonNull(kernel);
        step.run(Objects.requireNonNull(arena), part, scratches[member]);
      } catch (Throwable t) {
        failure.compareAndSet(null, t);
      }
      count++;
    }
    work.addAndGet(System.nanoTime() - start);
    if (pending.addAndGet(-count) == 0) {
      finished.incrementAndGet();
      Thread caller = waiting;
      if (caller != null) {
        LockSupport.unpark(caller);
      }
    }
  }

  /** Waits until all parts are finished. An interrupt is kept for the caller. */
  private void await(int before) {
    if (changes(finished, before)) {
      return;
    }
    boolean interrupted = false;
    waiting = Thread.currentThread();
    while (finished.get() == before) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    waiting = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Spins until a counter changes, but not for long: whether it did. */
  @SuppressWarnings("ThreadPriorityCheck") // a while of yielding, then its callers park
  private static boolean changes(AtomicInteger counter, int value) {
    long start = System.nanoTime();
    do {
      for (int look = 0; look < LOOKS; look++) {
        if (counter.get() != value) {
          return true;
        }
      }
      Thread.yield();
    } while (System.nanoTime() - start < SPIN_NANOS);
    return false;
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

    @Override
    public void run() {
      for (int seen = 0; !team.closed; ) {
        if (!changes(team.begun, seen)) {
          park(seen);
        }
        seen = team.begun.get();
        team.takeParts(member);
      }
    }

    private void park(int seen) {
      parked = true; // before a last look: whoever begins a step looks here afterwards
      if (team.begun.get() == seen) {
        LockSupport.park(team);
      }
      parked = false;
      Thread.interrupted(); // else it would not park again
    }
  }
}
