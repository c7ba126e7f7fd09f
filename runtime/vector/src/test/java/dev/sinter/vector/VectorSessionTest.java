package dev.sinter.vector;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.sun.management.ThreadMXBean;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Program;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions of a network that has each kind of vector kernel. */
@Timeout(300)
final class VectorSessionTest {
  private static final Window THREE = Window.of(3, 3).padding(1, 1, 1, 1);
  private static final Window HALVING = Window.of(3, 3).stride(2, 2).padding(1, 1, 1, 1);
  private static final int INPUT = 3 * 28 * 28;
  private static final int OUTPUT = 40;

  private final Random random = new Random(11);
  private final Backend backend = new VectorBackend();
  private final Model model = model();

  private float[] gaussian(int length, double scale) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return values;
  }

  private Convolution convolution(Slot x, Slot y, Window window, int groups) {
    int depth = x.channels() / groups * window.kernelHeight() * window.kernelWidth();
    return new Convolution(
            x, y, window, groups, gaussian(y.channels() * depth, 1 / Math.sqrt(depth)))
        .bias(gaussian(y.channels(), 0.1))
        .activation(ActivationFunction.relu());
  }

  private Model model() {
    Slot x = Slot.of(0, 3, 28, 28);
    Slot wide = after(x, 32, 28);
    Slot again = after(wide, 32, 28);
    Slot pooled = after(again, 32, 14);
    Slot each = after(pooled, 32, 14);
    Slot sum = after(each, 48, 14);
    Slot small = after(sum, 64, 7);
    Slot gate = after(small, 64, 7);
    Slot mean = after(gate, 64, 1);
    Slot scores = Slot.of(mean.offset() + 64, OUTPUT, 1, 1);
    Slot y = Slot.of(scores.offset() + OUTPUT, OUTPUT, 1, 1);
    Convolution.Algorithm two = Convolution.Algorithm.WINOGRAD_2;
    Convolution.Algorithm four = Convolution.Algorithm.WINOGRAD_4;
    return new Program("Vectors", backend)
        .arena(y.offset() + OUTPUT)
        .input("x", x, 3, 28, 28)
        .step(backend.convolution(convolution(x, wide, THREE, 1)))
        .step(backend.convolution(convolution(wide, again, THREE, 1).algorithm(four)))
        .step(backend.maxPool(again, pooled, HALVING))
        .chain(
            backend.convolution(convolution(pooled, each, THREE, 32)),
            backend.convolution(convolution(each, sum, Window.of(1, 1), 1)))
        .step(backend.convolution(convolution(sum, small, HALVING, 1)))
        .step(backend.convolution(convolution(small, gate, THREE, 1).add(small).algorithm(two)))
        .step(backend.activation(gate, gate, ActivationFunction.silu()))
        .step(backend.averagePool(gate, mean, Window.of(7, 7), false))
        .step(
            backend.linear(
                mean,
                scores,
                gaussian(64 * OUTPUT, 0.2),
                new float[OUTPUT],
                ActivationFunction.identity()))
        .step(backend.softmax(scores, y))
        .output("y", y, OUTPUT)
        .model();
  }

  private static Slot after(Slot before, int channels, int side) {
    return Slot.of(before.offset() + before.size(), channels, side, side);
  }

  /** How long it lasts is told by {@code -Dsinter.soak=SECONDS}. */
  @Test
  void manyThreadsOneModel() throws Exception {
    float[] x = gaussian(INPUT, 1);
    float[] expected = model.run(x);
    long nanos = Integer.getInteger("sinter.soak", 4) * 1_000_000_000L;
    ExecutorService pool = Executors.newFixedThreadPool(64);
    try {
      List<Future<int[]>> results = new ArrayList<>();
      long start = System.nanoTime();
      for (int t = 0; t < 64; t++) {
        int threads = 1 + t % 2;
        results.add(
            pool.submit(
                () -> {
                  int[] rightAndWrong = new int[2];
                  float[] y = new float[OUTPUT];
                  do {
                    try (Session session = model.newSession(threads)) {
                      for (int k = 0; k < 20; k++) {
                        Arrays.fill(y, Float.NaN);
                        session.run(x, y);
                        rightAndWrong[Arrays.equals(y, expected) ? 0 : 1]++;
                      }
                    }
                  } while (System.nanoTime() - start < nanos);
                  return rightAndWrong;
                }));
      }
      for (Future<int[]> result : results) {
        assertThat(result.get()[0]).isAtLeast(20);
        assertThat(result.get()[1]).isEqualTo(0);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(threads()).isEmpty();
  }

  /** No thread before it is asked for, and none is left. */
  @Test
  void threadsAreThoseAskedForAndEndWithTheSession() {
    float[] x = gaussian(INPUT, 1);
    assertThat(threads()).isEmpty();
    try (Session session = model.newSession()) {
      session.run(x, new float[OUTPUT]);
      assertThat(threads()).isEmpty();
    }
    try (Session session = model.newSession(2)) {
      session.run(x, new float[OUTPUT]);
      assertThat(threads()).hasSize(1);
    }
    assertThat(threads()).isEmpty();
  }

  private static List<Thread> threads() {
    List<Thread> threads = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("sinter-Vectors-")) {
        threads.add(thread);
      }
    }
    return threads;
  }

  /**
   * Vectors are objects until HotSpot has compiled what uses them; afterwards nothing is allocated,
   * on any thread. How it compiles depends on what else the JVM ran, so it is one of its own, with
   * the vectors that the machine has; and on chance, so a second one may try.
   */
  @Test
  @Tag("once") // not for each number of lanes
  void runningAllocatesNothingOnceCompiled() throws Exception {
    int status = 1;
    for (int launch = 0; launch < 2 && status != 0; launch++) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(VectorSessionTest.class.getName());
      status = new ProcessBuilder(command).inheritIO().start().waitFor();
    }
    assertWithMessage("exit status of a JVM that waits until 500 runs allocate nothing")
        .that(status)
        .isEqualTo(0);
  }

  /** Runs until nothing is allocated; if that does not come within 20 seconds, exits with 1. */
  public static void main(String[] arguments) {
    VectorSessionTest test = new VectorSessionTest();
    test.model.warmUp();
    long end = System.nanoTime() + 20_000_000_000L;
    for (int threads = 1; threads <= 2; threads++) {
      while (test.allocated(threads) >= 500) { // what the measurement itself allocates is less
        if (System.nanoTime() > end) {
          System.exit(1);
        }
      }
    }
  }

  /** The bytes that 500 runs allocate on the thread that allocates most. */
  private long allocated(int threads) {
    float[] x = gaussian(INPUT, 1);
    float[] y = new float[OUTPUT];
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Session session = model.newSession(threads)) {
      session.run(x, y);
      long[] all = new long[threads];
      all[0] = Thread.currentThread().getId();
      if (threads == 2) {
        all[1] = threads().get(0).getId();
      }
      bean.getThreadAllocatedBytes(all);
      long[] before = bean.getThreadAllocatedBytes(all);
      for (int k = 0; k < 500; k++) {
        session.run(x, y);
      }
      long[] after = bean.getThreadAllocatedBytes(all);
      long most = 0;
      for (int t = 0; t < threads; t++) {
        most = Math.max(most, after[t] - before[t]);
      }
      return most;
    }
  }
}
