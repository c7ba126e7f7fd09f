package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.Model;
import dev.sinter.Session;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kernels that take over, with backends whose kernels only tell which one ran. */
@Timeout(60)
final class TakeoverTest {
  private static final int SIZE = 64;
  private static final Slot X = Slot.of(0, SIZE, 1, 1);
  private static final Slot Y = Slot.of(SIZE, SIZE, 1, 1);

  private final Logger logger = Logger.getLogger("dev.sinter");
  private final List<LogRecord> records = new ArrayList<>();
  private final Handler recorder =
      new Handler() {
        @Override
        public synchronized void publish(LogRecord record) {
          records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(recorder);
    logger.setLevel(Level.FINE);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(recorder);
    logger.setLevel(null);
    logger.setUseParentHandlers(true);
  }

  /** Writes its mark to each y, after waiting for so long; needs a buffer of the parts' number. */
  private static class Marking implements Kernel {
    private final float mark;
    private final int parts;
    private final long nanos;

    Marking(float mark, int parts, long nanos) {
      this.mark = mark;
      this.parts = parts;
      this.nanos = nanos;
    }

    @Override
    public int parts() {
      return parts;
    }

    @Override
    public ScratchSize scratch() {
      return ScratchSize.floats(parts).rows(parts, 2 * parts);
    }

    @Override
    public void run(float[] arena, int part, Scratch scratch) {
      scratch.buffer()[parts - 1] = mark;
      scratch.rows()[parts - 1][2 * parts - 1] = mark;
      long start = System.nanoTime();
      while (System.nanoTime() - start < nanos / parts) {
        Thread.onSpinWait(); // a yield would last as long as others like
      }
      int length = SIZE / parts;
      Arrays.fill(arena, SIZE + part * length, SIZE + (part + 1) * length, mark);
    }
  }

  /** The same in a class of another backend. */
  private static final class OtherMarking extends Marking {
    OtherMarking(float mark, int parts, long nanos) {
      super(mark, parts, nanos);
    }
  }

  /** A backend all of whose kernels are made in one way, once something was done. */
  private static Backend backend(String name, Runnable before, Supplier<Kernel> kernels) {
    return backend(
        name,
        kernels,
        () -> {
          before.run();
          return null;
        });
  }

  private static Backend backend(
      String name, Supplier<Kernel> kernels, Supplier<@Nullable String> obstacle) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "name":
                  return name;
                case "obstacle":
                  return obstacle.get();
                case "warmUp":
                  return null;
                default:
                  return kernels.get();
              }
            });
  }

  private static Backend first() {
    return backend(
        "first",
        () -> {
          throw new AssertionError("needs no warm-up");
        },
        () -> new Marking(1, 2, 100_000));
  }

  private static Model model(Takeover takeover, int steps) {
    Program program = new Program("Marks", takeover).arena(2 * SIZE).input("x", X, SIZE);
    for (int k = 0; k < steps; k++) {
      program.step(takeover.activation(X, Y, ActivationFunction.relu()));
    }
    return program.output("y", Y, SIZE).model();
  }

  private static float[] marks(float mark) {
    float[] marks = new float[SIZE];
    Arrays.fill(marks, mark);
    return marks;
  }

  private static Model warm(Backend second, int steps) {
    Model model = model(new Takeover(first(), second), steps);
    model.warmUp();
    return model;
  }

  @Test
  void fasterKernelsTakeOver() {
    Model model = warm(backend("second", () -> {}, () -> new OtherMarking(2, 8, 10_000)), 2);
    assertThat(model.backend()).isEqualTo("second");
    assertThat(model.run(new float[SIZE])).isEqualTo(marks(2));
    assertThat(records).hasSize(2);
    assertThat(records.get(0).getMessage())
        .matches("Marks, step 0: second OtherMarking takes \\d+ ns, Marking \\d+ ns; replaced\\.");
  }

  /** The time limit fails the test where the warm-up does not begin. */
  @Test
  void warmUpBeginsAfterAFirstRun() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    Kernel looking = (arena, part, scratch) -> arena[SIZE] = began.getCount();
    Backend first = backend("first", () -> {}, () -> looking);
    Backend second = backend("second", began::countDown, () -> new OtherMarking(2, 1, 1_000_000));
    Model model = model(new Takeover(first, second, Long.MAX_VALUE), 1);
    assertThat(model.run(new float[SIZE])[0]).isEqualTo(1);
    began.await();
    model.warmUp();
  }

  @Test
  void warmUpBeginsWithoutARunWhereNobodyIsInAHurry() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    Backend second = backend("second", began::countDown, () -> new OtherMarking(2, 1, 1_000_000));
    Model model = model(new Takeover(first(), second, 1), 1);
    began.await();
    model.warmUp();
    assertThat(model.run(new float[SIZE])).isEqualTo(marks(1));
  }

  @Test
  void slowerKernelsDoNot() {
    Model model = warm(backend("second", () -> {}, () -> new OtherMarking(2, 1, 1_000_000)), 2);
    assertThat(model.backend()).isEqualTo("first");
    assertThat(model.run(new float[SIZE])).isEqualTo(marks(1));
    assertThat(records).hasSize(2);
    assertThat(records.get(0).getMessage()).endsWith("kept.");
  }

  @Test
  void obstacleLeavesTheFirstKernels() {
    Supplier<Kernel> unmade =
        () -> {
          throw new AssertionError("there is an obstacle");
        };
    Model model = warm(backend("second", unmade, () -> "Its lanes are few."), 1);
    assertThat(model.backend()).isEqualTo("first");
    assertThat(records).hasSize(1);
    assertThat(records.get(0).getMessage())
        .isEqualTo("Marks keeps its kernels. Its lanes are few.");
    assertThat(records.get(0).getLevel()).isEqualTo(Level.CONFIG);
  }

  /** Where the second's are slower, the spare's may be faster; they do not count as taken over. */
  @Test
  void spareKernelsComeInWhereTheSecondsAreSlower() {
    Kernel spare = (arena, part, scratch) -> Arrays.fill(arena, SIZE, 2 * SIZE, 3);
    Model model =
        model(
            new Takeover(
                first(),
                backend("second", () -> {}, () -> new OtherMarking(2, 1, 1_000_000)),
                backend("spare", () -> {}, () -> spare),
                () -> {}),
            1);
    model.warmUp();
    assertThat(model.backend()).isEqualTo("first");
    assertThat(model.run(new float[SIZE])).isEqualTo(marks(3));
  }

  @Test
  void someTakeOver() {
    int[] made = {0};
    Model model =
        warm(
            backend(
                "second",
                () -> {},
                () -> new OtherMarking(2, 1, made[0]++ == 1 ? 1_000_000 : 10_000)),
            3);
    assertThat(model.backend()).isEqualTo("second (2 of 3 kernels)");
    assertThat(model.toString()).endsWith("second (2 of 3 kernels)");
  }

  @Test
  void kernelsOfTheSameClassAreNotTimed() {
    Model model = warm(backend("second", () -> {}, () -> new Marking(2, 1, 0)), 1);
    assertThat(model.backend()).isEqualTo("first");
    assertThat(records).isEmpty();
  }

  @Test
  void failuresLeaveTheFirstKernels() {
    for (Throwable thrown :
        new Throwable[] {
          new NoClassDefFoundError("jdk/incubator/vector/FloatVector"),
          new OutOfMemoryError("made up"),
          new IllegalStateException("made up")
        }) {
      Runnable failing = () -> TakeoverTest.<RuntimeException>raise(thrown);
      Kernel broken =
          (arena, part, scratch) -> {
            failing.run();
          };
      Supplier<Kernel> unmade =
          () -> {
            failing.run();
            throw new AssertionError();
          };
      for (Backend second :
          new Backend[] {
            backend("second", failing, () -> new OtherMarking(2, 1, 0)),
            backend("second", () -> {}, unmade),
            backend("second", () -> {}, () -> broken)
          }) {
        records.clear();
        Model model = warm(second, 2);
        assertThat(model.backend()).isEqualTo("first");
        assertThat(model.run(new float[SIZE])).isEqualTo(marks(1));
        assertThat(records).hasSize(1);
        assertThat(records.get(0).getMessage())
            .isEqualTo("Marks keeps its kernels: no warm-up on second");
        assertThat(records.get(0).getThrown()).isSameInstanceAs(thrown);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /** Threads' buffers grow with the kernels, and no answer is made by both. */
  @Test
  void eachAnswerComesOfOneKernel() {
    for (int threads = 1; threads <= 2; threads++) {
      CountDownLatch goOn = new CountDownLatch(1);
      Backend second = backend("second", () -> await(goOn), () -> new OtherMarking(2, 8, 50_000));
      Model model = model(new Takeover(first(), second), 1);
      try (Session session = model.newSession(threads)) {
        float[] y = new float[SIZE];
        session.run(new float[SIZE], y);
        assertThat(y).isEqualTo(marks(1));
        goOn.countDown();
        float before = 1;
        long start = System.nanoTime();
        while (System.nanoTime() - start < 300_000_000) {
          session.run(new float[SIZE], y);
          assertThat(y[0]).isAtLeast(before);
          before = y[0];
          assertThat(y).isEqualTo(marks(before));
        }
        model.warmUp();
        session.run(new float[SIZE], y);
        assertThat(y).isEqualTo(marks(2));
      }
    }
  }

  /** Of a chain too: else what comes after the one kernel would add to what it gave. */
  @Test
  void chainsTakeOverAsOne() {
    Backend second =
        new ForwardingBackend() {
          @Override
          public String name() {
            return "second";
          }

          @Override
          protected Kernel forward(Function<Backend, Kernel> recipe) {
            return (arena, part, scratch) -> mark(arena, 10, 20_000);
          }

          @Override
          public Kernel chain(Kernel... kernels) {
            assertThat(kernels).hasLength(3);
            return (arena, part, scratch) -> mark(arena, 100, 1_000);
          }
        };
    Takeover takeover =
        new Takeover(
            backend("first", () -> {}, () -> (arena, part, scratch) -> mark(arena, 1, 100_000)),
            second);
    Kernel[] kernels = new Kernel[3];
    for (int k = 0; k < 3; k++) {
      kernels[k] = takeover.activation(X, Y, ActivationFunction.relu());
    }
    Model model =
        new Program("Sums", takeover)
            .arena(2 * SIZE)
            .input("x", X, SIZE)
            .step((arena, part, scratch) -> arena[SIZE] = 0)
            .chain(kernels)
            .output("y", Y, SIZE)
            .model();
    try (Session session = model.newSession()) {
      float[] y = new float[SIZE];
      Set<Float> sums = new TreeSet<>();
      long start = System.nanoTime();
      while (System.nanoTime() - start < 300_000_000) {
        session.run(new float[SIZE], y);
        sums.add(y[0]);
      }
      model.warmUp();
      session.run(new float[SIZE], y);
      assertThat(y[0]).isEqualTo(100);
      sums.removeAll(Set.of(3f, 12f, 21f, 30f, 100f));
      assertThat(sums).isEmpty();
      assertThat(model.backend()).isEqualTo("second (3 of 4 kernels)");
    }
  }

  private static void mark(float[] arena, int mark, long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
    arena[SIZE] += mark;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void firstKernelsAreGarbageAfterwards() throws Exception {
    List<WeakReference<Kernel>> made = new ArrayList<>();
    Backend first =
        backend(
            "first",
            () -> {},
            () -> {
              Kernel kernel = new Marking(1, 1, 1_000_000);
              made.add(new WeakReference<>(kernel));
              return kernel;
            });
    Model model =
        model(new Takeover(first, backend("second", () -> {}, () -> new OtherMarking(2, 1, 0))), 1);
    model.warmUp();
    assertThat(made).hasSize(1);
    while (made.get(0).get() != null) { // or the time limit fails the test
      System.gc();
      Thread.sleep(20);
    }
    assertThat(model.run(new float[SIZE])).isEqualTo(marks(2));
  }

  /** A model that nobody holds any more is not held by its warm-up, which ends. */
  @Test
  void forgottenModelEndsTheWarmUp() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Supplier<Kernel> unexpected =
        () -> {
          throw new AssertionError("made for a model that is garbage");
        };
    WeakReference<Model> model =
        new WeakReference<>(
            model(new Takeover(first(), backend("second", () -> await(goOn), unexpected)), 3));
    while (model.get() != null) { // or the time limit fails the test
      System.gc();
      Thread.sleep(20);
    }
    goOn.countDown();
    awaitEndOfWarmUp();
    assertThat(records).isEmpty();
  }

  private static void awaitEndOfWarmUp() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("sinter-warm-up-Marks")) {
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getPriority()).isEqualTo(Thread.MIN_PRIORITY);
        thread.join();
      }
    }
  }

  @Test
  void warmUpBeginsWithTheModelAndEnds() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Takeover takeover =
        new Takeover(first(), backend("second", begun::countDown, () -> new Marking(2, 1, 0)));
    takeover.activation(X, Y, ActivationFunction.relu());
    Thread.sleep(50);
    assertThat(begun.getCount()).isEqualTo(1);
    Model model = model(takeover, 1);
    begun.await();
    model.warmUp();
    awaitEndOfWarmUp();
    model.warmUp();
  }

  @Test
  void interruptEndsTheWaitingAndIsKept() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Model model =
        model(
            new Takeover(first(), backend("second", () -> await(goOn), () -> new Marking(2, 1, 0))),
            1);
    Thread.currentThread().interrupt();
    model.warmUp();
    assertThat(Thread.interrupted()).isTrue();
    goOn.countDown();
    model.warmUp();
    awaitEndOfWarmUp();
  }

  @Test
  void otherBackendsNeedNoWarmUp() {
    Model model =
        new Program("Plain", first())
            .arena(2 * SIZE)
            .input("x", X, SIZE)
            .output("y", Y, SIZE)
            .model();
    model.warmUp(); // would throw
    assertThat(model.backend()).isEqualTo("first");
  }
}
