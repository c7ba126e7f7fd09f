package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import dev.sinter.Model;
import dev.sinter.Session;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions of several threads. */
@Timeout(120)
final class ThreadsTest {
  private static final int SIZE = 4_000;

  /** y[i] = Σ sin(x[i] + k) over k < work, each part an equal share of the i. */
  private static final class Sines implements Kernel {
    private final int parts;
    private final int work;

    Sines(int parts, int work) {
      this.parts = parts;
      this.work = work;
    }

    @Override
    public int parts() {
      return parts;
    }

    @Override
    public ScratchSize scratch() {
      return ScratchSize.floats(SIZE / parts);
    }

    @Override
    public void run(float[] arena, int part, Scratch scratch) {
      int length = SIZE / parts;
      float[] sums = scratch.buffer();
      for (int i = 0; i < length; i++) {
        sums[i] = 0;
        for (int k = 0; k < work; k++) {
          sums[i] += (float) Math.sin(arena[part * length + i] + k);
        }
      }
      System.arraycopy(sums, 0, arena, SIZE + part * length, length);
    }
  }

  /** Which threads run which parts, so slowly that all of them get some. */
  private static final class Seen implements Kernel {
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @Override
    public int parts() {
      return 16;
    }

    @Override
    public void run(float[] arena, int part, Scratch scratch) {
      threads.add(Thread.currentThread());
      long start = System.nanoTime();
      while (System.nanoTime() - start < 10_000_000) {
        Thread.yield();
      }
      arena[SIZE + part]++;
    }
  }

  private static Program program(String name, Kernel... kernels) {
    Slot x = Slot.of(0, SIZE, 1, 1);
    Slot y = Slot.of(SIZE, SIZE, 1, 1);
    Program program = new Program(name, new ScalarBackend()).arena(2 * SIZE).input("x", x, SIZE);
    for (Kernel kernel : kernels) {
      program.step(kernel);
    }
    return program.output("y", y, SIZE);
  }

  private static float[] input() {
    float[] x = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      x[i] = i * 0.37f;
    }
    return x;
  }

  private static List<Thread> threadsOf(String name) {
    return threads("sinter-" + name + "-");
  }

  private static List<Thread> threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .collect(Collectors.toList());
  }

  @Test
  void sameBitsWhateverTheNumberOfThreads() {
    Model model = program("Bits", new Sines(1, 1), new Sines(8, 40), new Sines(50, 2)).model();
    float[] x = input();
    float[] expected = model.run(x);
    for (int threads = 1; threads <= 4; threads++) {
      try (Session session = model.newSession(threads)) {
        for (int k = 0; k < 300; k++) {
          float[] y = new float[SIZE];
          session.run(x, y);
          assertThat(y).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void partsAreSharedAndEachRunsOnce() {
    Seen seen = new Seen();
    try (Session session = program("Shared", new Sines(1, 1), seen).model().newSession(3)) {
      float[] y = new float[SIZE];
      session.run(new float[SIZE], y);
      for (int i = 0; i < 16; i++) {
        assertThat(y[i]).isEqualTo((float) Math.sin(0) + 1);
      }
      assertThat(y[16]).isEqualTo(0);
      assertThat(seen.threads).hasSize(3);
      assertThat(seen.threads).contains(Thread.currentThread());
    }
  }

  @Test
  void smallStepsStayOnTheCaller() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Kernel small =
        new Kernel() {
          @Override
          public int parts() {
            return 4;
          }

          @Override
          public void run(float[] arena, int part, Scratch scratch) {
            threads.add(Thread.currentThread());
          }
        };
    try (Session session = program("Small", small).model().newSession(2)) {
      float[] y = new float[SIZE];
      for (int k = 0; k < 1000; k++) {
        session.run(new float[SIZE], y);
      }
      threads.clear();
      session.run(new float[SIZE], y);
      assertThat(threads).containsExactly(Thread.currentThread());
    }
  }

  @Test
  void threadsAreThoseAskedForAndEndWithTheSession() {
    Model model = program("Ended", new Sines(8, 10)).model();
    try (Session session = model.newSession(1)) {
      session.run(input(), new float[SIZE]);
      assertThat(threadsOf("Ended")).isEmpty();
    }
    List<Thread> threads;
    try (Session session = model.newSession(4)) {
      session.run(input(), new float[SIZE]);
      threads = threadsOf("Ended");
      assertThat(threads).hasSize(3);
      assertThat(threads.stream().allMatch(Thread::isDaemon)).isTrue();
    }
    for (Thread thread : threads) {
      assertThat(thread.isAlive()).isFalse();
    }
    assertThat(threadsOf("Ended")).isEmpty();
  }

  @Test
  void threadsOfAForgottenSessionEnd() throws Exception {
    Model model = program("Forgotten", new Sines(8, 10)).model();
    model.newSession(3).run(input(), new float[SIZE]);
    assertThat(threadsOf("Forgotten")).isNotEmpty();
    while (!threadsOf("Forgotten").isEmpty()) { // or the time limit fails the test
      System.gc();
      Thread.sleep(50);
    }
  }

  /** Those of the session, and the one that waits for sessions to become garbage. */
  @Test
  void idleThreadsSleepUntilTheyAreNeeded() throws Exception {
    Model model = program("Idle", new Sines(8, 10)).model();
    try (Session session = model.newSession(3)) {
      for (int k = 0; k < 3; k++) {
        session.run(input(), new float[SIZE]);
        while (sleeping("sinter-Idle-") < 2 || sleeping("sinter-sessions") < 1) {
          Thread.sleep(1); // or the time limit fails the test
        }
        threads("sinter-").forEach(Thread::interrupt); // as nobody should
      }
    }
  }

  /** How many sleep without a time limit. */
  private static long sleeping(String prefix) {
    return threads(prefix).stream()
        .filter(thread -> thread.getState() == Thread.State.WAITING)
        .count();
  }

  @Test
  void noThreadIsLeftOnceAllSessionsAreClosed() throws Exception {
    try (Session session = program("Left", new Sines(8, 10)).model().newSession(2)) {
      session.run(input(), new float[SIZE]);
      assertThat(threads("sinter-sessions")).isNotEmpty();
    }
    while (!threads("sinter-sessions").isEmpty()) { // or the time limit fails the test
      Thread.sleep(1);
    }
  }

  @Test
  void noThread() {
    Model model = program("None", new Sines(1, 1)).model();
    for (int threads : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThat(assertThrows(IllegalArgumentException.class, () -> model.newSession(threads)))
          .hasMessageThat()
          .isEqualTo("A session of None runs on at least 1 thread; found " + threads + ".");
    }
  }

  @Test
  void closeDuringARunEndsTheThreadsAfterIt() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Kernel waiting =
        (arena, part, scratch) -> {
          running.countDown();
          awaitUninterrupted(goOn);
        };
    Session session = program("Late", new Sines(8, 10), waiting).model().newSession(3);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> run = other.submit(() -> session.run(input(), new float[SIZE]));
      running.await();
      session.close();
      assertThat(threadsOf("Late")).hasSize(2);
      goOn.countDown();
      run.get();
      assertThat(threadsOf("Late")).isEmpty();
      assertThat(
              assertThrows(
                  IllegalStateException.class, () -> session.run(input(), new float[SIZE])))
          .hasMessageThat()
          .isEqualTo("This session of Late is closed.");
    } finally {
      other.shutdownNow();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void exceptionOfAWorkerReachesTheCaller() {
    Thread caller = Thread.currentThread();
    boolean[] fails = {true};
    Kernel failing =
        new Kernel() {
          @Override
          public int parts() {
            return 8;
          }

          @Override
          public void run(float[] arena, int part, Scratch scratch) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < 5_000_000) {
              Thread.yield();
            }
            if (fails[0] && Thread.currentThread() != caller) {
              throw new ArrayIndexOutOfBoundsException("in a worker");
            }
          }
        };
    try (Session session = program("Failing", failing).model().newSession(2)) {
      float[] y = new float[SIZE];
      assertThat(assertThrows(ArrayIndexOutOfBoundsException.class, () -> session.run(input(), y)))
          .hasMessageThat()
          .isEqualTo("in a worker");
      fails[0] = false;
      session.run(input(), y); // the session and its threads go on
      assertThat(threadsOf("Failing")).hasSize(1);
    }
  }

  /** A kernel is no place to run its session, on whichever thread it is. */
  @Test
  void runWithinARun() {
    Session[] session = new Session[1];
    Kernel nesting =
        new Kernel() {
          @Override
          public int parts() {
            return 4;
          }

          @Override
          public void run(float[] arena, int part, Scratch scratch) {
            session[0].run(new float[SIZE], new float[SIZE]);
          }
        };
    Model model = program("Nested", nesting).model();
    for (int threads = 1; threads <= 2; threads++) {
      session[0] = model.newSession(threads);
      assertThat(
              assertThrows(
                  IllegalStateException.class, () -> session[0].run(input(), new float[SIZE])))
          .hasMessageThat()
          .isEqualTo("This session of Nested is running already; each thread needs its own.");
      session[0].close();
    }
  }

  @Test
  void interruptsAreKeptAndDisturbNothing() {
    Model model = program("Interrupted", new Sines(8, 100)).model();
    float[] x = input();
    float[] expected = model.run(x);
    try (Session session = model.newSession(3)) {
      for (int k = 0; k < 50; k++) {
        threadsOf("Interrupted").forEach(Thread::interrupt);
        Thread.currentThread().interrupt();
        float[] y = new float[SIZE];
        session.run(x, y);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(y).isEqualTo(expected);
      }
    }
  }

  @Test
  void runningAllocatesNothing() {
    Model model = program("Frugal", new Sines(8, 20), new Sines(2, 1)).model();
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    float[] x = input();
    float[] y = new float[SIZE];
    for (int threads = 1; threads <= 2; threads++) {
      try (Session session = model.newSession(threads)) {
        for (int k = 0; k < 100; k++) { // loads classes
          session.run(x, y);
        }
        List<Long> ids = new ArrayList<>();
        ids.add(Thread.currentThread().getId());
        threadsOf("Frugal").forEach(thread -> ids.add(thread.getId()));
        assertThat(ids).hasSize(threads);
        long[] all = ids.stream().mapToLong(Long::longValue).toArray();
        bean.getThreadAllocatedBytes(all);
        long[] before = bean.getThreadAllocatedBytes(all);
        for (int k = 0; k < 500; k++) {
          session.run(x, y);
        }
        long[] after = bean.getThreadAllocatedBytes(all);
        for (int t = 0; t < all.length; t++) {
          // What the measurement itself allocates is less than a byte for each of the 500 runs.
          assertWithMessage("bytes allocated by 500 runs in thread %s of %s", t, threads)
              .that(after[t] - before[t])
              .isLessThan(500);
        }
      }
    }
  }

  /** How long it lasts is told by {@code -Dsinter.soak=SECONDS}. */
  @Test
  void manyThreadsOneModel() throws Exception {
    Model model = program("Many", new Sines(8, 4), new Sines(5, 2)).model();
    float[] x = input();
    float[] expected = model.run(x);
    long nanos = Integer.getInteger("sinter.soak", 2) * 1_000_000_000L;
    ExecutorService pool = Executors.newFixedThreadPool(64);
    try {
      List<Future<Integer>> results = new ArrayList<>();
      long start = System.nanoTime();
      for (int t = 0; t < 64; t++) {
        int threads = 1 + t % 2;
        results.add(
            pool.submit(
                () -> {
                  int wrong = 0;
                  float[] y = new float[SIZE];
                  do {
                    try (Session session = model.newSession(threads)) {
                      for (int k = 0; k < 20; k++) {
                        y[k] = Float.NaN;
                        session.run(x, y);
                        wrong += Arrays.equals(y, expected) ? 0 : 1;
                      }
                    }
                  } while (System.nanoTime() - start < nanos);
                  return wrong;
                }));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isEqualTo(0);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(threadsOf("Many")).isEmpty();
  }

  @Test
  void batchThatNoArrayHolds() {
    Slot x = Slot.of(0, 1, 1, 1);
    Slot y = Slot.of(1, 1 << 20, 1, 1);
    Model model =
        new Program("Wide", new ScalarBackend())
            .arena(1 + (1 << 20))
            .input("x", x, 1)
            .output("y", y, 1 << 20)
            .model();
    assertThat(assertThrows(IllegalArgumentException.class, () -> model.run(new float[2048])))
        .hasMessageThat()
        .isEqualTo(
            "The output of Wide for a batch of 2048 has 2147483648 floats, more than an array"
                + " holds; run smaller batches.");
  }
}
