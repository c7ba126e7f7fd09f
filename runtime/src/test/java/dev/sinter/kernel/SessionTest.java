package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import dev.sinter.Model;
import dev.sinter.Pixels;
import dev.sinter.Session;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
final class SessionTest {
  private static final Backend SCALAR = new ScalarBackend();

  /** y = 2·x + 1 on [1, 2, 2]. */
  private static Program doubling() {
    Slot x = Slot.of(0, 1, 2, 2);
    Slot y = Slot.of(4, 1, 2, 2);
    return new Program("Doubling", SCALAR)
        .arena(8)
        .input("input", x, 1, 2, 2)
        .step(SCALAR.affine(x, y, new float[] {2}, new float[] {1}, ActivationFunction.identity()))
        .output("y", y, 1, 2, 2);
  }

  /** sum = a + b and, before it, twice = 2·b. */
  private static Model twoOfEach() {
    Slot a = Slot.of(0, 2, 1, 1);
    Slot b = Slot.of(2, 2, 1, 1);
    Slot twice = Slot.of(4, 2, 1, 1);
    Slot sum = Slot.of(6, 2, 1, 1);
    ActivationFunction identity = ActivationFunction.identity();
    return new Program("Two", SCALAR)
        .arena(8)
        .input("a", a, 2)
        .input("b", b, 2)
        .step(SCALAR.add(new Slot[] {b, b}, twice, identity))
        .step(SCALAR.add(new Slot[] {a, b}, sum, identity))
        .output("sum", sum, 2)
        .output("twice", twice, 2)
        .model();
  }

  @Test
  void modelTellsWhatItIs() {
    Model model = doubling().parameters(2).macs(4).model();
    assertThat(model.name()).isEqualTo("Doubling");
    assertThat(model.backend()).isEqualTo("scalar");
    assertThat(model.parameters()).isEqualTo(2);
    assertThat(model.macs()).isEqualTo(4);
    assertThat(model.arenaBytes()).isEqualTo(32);
    assertThat(model.toString())
        .isEqualTo(
            "Doubling: [input [1, 2, 2]] -> [y [1, 2, 2]], 2 parameters, 4 MACs, arena 32 bytes,"
                + " scalar");
    assertThrows(UnsupportedOperationException.class, () -> model.inputs().clear());
    assertThrows(UnsupportedOperationException.class, () -> model.outputs().clear());
  }

  @Test
  void modelKeepsNothingOfItsProgram() {
    Program program = doubling();
    Model model = program.model();
    program.output("z", Slot.of(0, 1, 2, 2), 1, 2, 2);
    assertThat(model.outputs()).hasSize(1);
  }

  @Test
  void slotOfAnotherSize() {
    assertThat(
            assertThrows(
                IllegalArgumentException.class,
                () -> doubling().input("mask", Slot.of(0, 1, 2, 2), 3)))
        .hasMessageThat()
        .isEqualTo("mask [3] has 3 elements, its slot has 4.");
  }

  @Test
  void oneImageAndBatches() {
    Model model = doubling().model();
    assertThat(model.run(new float[] {1, 2, 3, 4})).isEqualTo(new float[] {3, 5, 7, 9});
    try (Session session = model.newSession()) {
      for (int images : new int[] {3, 1, 7}) {
        float[] input = Rig.gaussian(new Random(6), 4 * images);
        float[] output = new float[4 * images];
        session.run(input, output);
        for (int i = 0; i < input.length; i++) {
          assertThat(output[i]).isEqualTo(2 * input[i] + 1);
        }
        assertThat(model.run(input)).isEqualTo(output);
      }
    }
  }

  @Test
  void severalInputsAndOutputs() {
    Model model = twoOfEach();
    float[] sum = new float[4];
    float[] twice = new float[4];
    try (Session session = model.newSession()) {
      session.run(new float[][] {{1, 2, 3, 4}, {10, 20, 30, 40}}, new float[][] {sum, twice});
      assertThat(sum).isEqualTo(new float[] {11, 22, 33, 44});
      assertThat(twice).isEqualTo(new float[] {20, 40, 60, 80});

      float[] both = {1, 2, 3, 4}; // one array may be two inputs
      session.run(new float[][] {both, both}, new float[][] {sum, twice});
      assertThat(sum).isEqualTo(new float[] {2, 4, 6, 8});

      assertMessage(
          IllegalStateException.class,
          "Two has the inputs [a [2], b [2]] and the outputs [sum [2], twice [2]]; use"
              + " Session.run(float[][], float[][]).",
          () -> session.run(sum, twice));
    }
    assertThrows(IllegalStateException.class, () -> model.run(sum));
  }

  @Test
  void wrongLengths() {
    Model model = doubling().model();
    String takes = "Input 'input' of Doubling takes [1, 2, 2] = 4 floats an image, ";
    Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
    try (Session session = model.newSession()) {
      for (int length : new int[] {0, 1, 3, 5, 6}) {
        String text = takes + "or a multiple for a batch; found " + length + ".";
        float[] output = {9, 9, 9, 9};
        assertMessage(illegal, text, () -> session.run(new float[length], output));
        assertMessage(illegal, text, () -> model.run(new float[length]));
        assertThat(output).isEqualTo(new float[] {9, 9, 9, 9});
      }
      for (int length : new int[] {0, 4, 7, 9, 12}) {
        assertMessage(
            illegal,
            "Output 'y' of Doubling takes [1, 2, 2] = 4 floats an image, so 8 for a batch of 2;"
                + " found "
                + length
                + ".",
            () -> session.run(new float[8], new float[length]));
      }
    }
  }

  @Test
  void wrongLengthsAmongSeveral() {
    Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
    float[] two = new float[2];
    float[] four = new float[4];
    float[] sum = new float[2];
    float[] twice = new float[2];
    try (Session session = twoOfEach().newSession()) {
      assertMessage(
          illegal,
          "Input 'b' of Two takes [2] = 2 floats an image, so 2 for a batch of 1; found 4.",
          () -> session.run(new float[][] {two, four}, new float[][] {sum, twice}));
      assertMessage(
          illegal,
          "Output 'twice' of Two takes [2] = 2 floats an image, so 2 for a batch of 1; found 4.",
          () -> session.run(new float[][] {two, two}, new float[][] {sum, four}));
      assertMessage(
          illegal,
          "Two has the inputs [a [2], b [2]]; found 1 arrays.",
          () -> session.run(new float[][] {two}, new float[][] {sum, twice}));
      assertMessage(
          illegal,
          "Two has the outputs [sum [2], twice [2]]; found 3 arrays.",
          () -> session.run(new float[][] {two, two}, new float[][] {sum, twice, four}));
      assertMessage(
          illegal,
          "Output 'twice' of Two needs an array of its own.",
          () -> session.run(new float[][] {two, two}, new float[][] {sum, sum}));
      assertMessage(
          illegal,
          "Output 'sum' of Two needs an array of its own.",
          () -> session.run(new float[][] {two, sum}, new float[][] {sum, twice}));
    }
  }

  @Test
  void nulls() {
    Model model = doubling().model();
    Class<NullPointerException> npe = NullPointerException.class;
    float[] four = new float[4];
    try (Session session = model.newSession()) {
      assertMessage(npe, "input", () -> model.run((float[]) null));
      assertMessage(npe, "input", () -> session.run((float[]) null, four));
      assertMessage(npe, "output", () -> session.run(four, null));
      assertMessage(npe, "inputs", () -> session.run((float[][]) null, new float[][] {four}));
      assertMessage(npe, "outputs", () -> session.run(new float[][] {four}, null));
      assertMessage(
          npe,
          "input 'input' of Doubling",
          () -> session.run(new float[][] {null}, new float[][] {four}));
      assertMessage(
          npe,
          "output 'y' of Doubling",
          () -> session.run(new float[][] {four}, new float[][] {null}));
    }
  }

  @Test
  void errorsLeaveTheSessionUsable() {
    try (Session session = doubling().model().newSession()) {
      float[] output = new float[4];
      assertThrows(IllegalArgumentException.class, () -> session.run(new float[3], output));
      session.run(new float[] {1, 2, 3, 4}, output);
      assertThat(output).isEqualTo(new float[] {3, 5, 7, 9});
    }
  }

  @Test
  void closed() {
    Session session = doubling().model().newSession();
    session.close();
    session.close();
    String text = "This session of Doubling is closed.";
    float[] four = new float[4];
    assertMessage(IllegalStateException.class, text, () -> session.run(four, new float[4]));
    assertMessage(
        IllegalStateException.class,
        text,
        () -> session.run(new float[][] {four}, new float[][] {new float[4]}));
  }

  /** A step that waits in the middle of a run shows what another thread may do then. */
  @Test
  void twoThreadsAndCloseDuringARun() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Kernel waiting =
        (arena, part, scratch) -> {
          running.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          arena[4] += arena[0];
        };
    Session session = doubling().step(waiting).model().newSession();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      float[] output = new float[4];
      Future<?> run = other.submit(() -> session.run(new float[] {1, 2, 3, 4}, output));
      running.await();

      assertMessage(
          IllegalStateException.class,
          "This session of Doubling is running already; each thread needs its own.",
          () -> session.run(new float[4], new float[4]));
      session.close();
      goOn.countDown();
      run.get();
      assertThat(output).isEqualTo(new float[] {4, 5, 7, 9});
      assertThrows(IllegalStateException.class, () -> session.run(new float[4], new float[4]));
    } finally {
      other.shutdownNow();
    }
  }

  private static Slot behind(Slot slot, int channels, int height, int width) {
    return Slot.of(slot.offset() + slot.size(), channels, height, width);
  }

  /** Every kind of kernel, for the two tests below. */
  private static Model everything() {
    Random random = new Random(7);
    ActivationFunction relu = ActivationFunction.relu();
    Slot x = Slot.of(0, 3, 9, 9);
    Slot conv = behind(x, 8, 9, 9);
    Slot mish = behind(conv, 8, 9, 9);
    Slot sum = behind(mish, 8, 9, 9);
    Slot affine = behind(sum, 8, 9, 9);
    Slot max = behind(affine, 8, 4, 4);
    Slot mean = behind(max, 8, 1, 1);
    Slot linear = behind(mean, 10, 1, 1);
    Slot y = behind(linear, 10, 1, 1);
    return new Program("Everything", SCALAR)
        .arena(y.offset() + y.size())
        .input("input", x, 3, 9, 9)
        .step(
            SCALAR.convolution(
                new Convolution(
                        x,
                        conv,
                        Window.of(3, 3).padding(1, 1, 1, 1),
                        1,
                        Rig.gaussian(random, 8 * 3 * 9))
                    .bias(Rig.gaussian(random, 8))
                    .activation(relu)))
        .step(SCALAR.activation(conv, mish, ActivationFunction.mish()))
        .step(SCALAR.add(new Slot[] {conv, mish}, sum, relu))
        .step(SCALAR.affine(sum, affine, Rig.gaussian(random, 8), Rig.gaussian(random, 8), relu))
        .step(SCALAR.maxPool(affine, max, Window.of(3, 3).stride(2, 2)))
        .step(SCALAR.averagePool(max, mean, Window.of(4, 4), true))
        .step(
            SCALAR.linear(
                mean,
                linear,
                Rig.gaussian(random, 80),
                Rig.gaussian(random, 10),
                ActivationFunction.gelu()))
        .step(SCALAR.softmax(linear, y))
        .output("y", y, 10)
        .model();
  }

  @Test
  void manyThreadsOneModel() throws Exception {
    Model model = everything();
    int threads = 64;
    float[] input = Rig.gaussian(new Random(8), 5 * 243);
    float[] expected = model.run(input);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch start = new CountDownLatch(threads);
      List<Future<float[]>> results = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        results.add(
            pool.submit(
                () -> {
                  start.countDown();
                  start.await();
                  float[] output = new float[50];
                  try (Session session = model.newSession()) {
                    for (int k = 0; k < 20; k++) {
                      session.run(input, output);
                    }
                  }
                  return output;
                }));
      }
      for (Future<float[]> result : results) {
        assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo(expected);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** y = 2·x + 1 on [3, 1, 2], from bytes. */
  private static Model doublingPixels(Pixels.Order order) {
    Slot x = Slot.of(0, 3, 1, 2);
    Slot y = Slot.of(6, 3, 1, 2);
    float[] scale = {2, 2, 2};
    return new Program("Bytes", SCALAR)
        .arena(12)
        .input("input", x, 3, 1, 2)
        .pixels(order)
        .step(SCALAR.affine(x, y, scale, new float[] {1, 1, 1}, ActivationFunction.identity()))
        .output("y", y, 3, 1, 2)
        .model();
  }

  @Test
  void pixelsAreUnsignedBytes() {
    byte[] blueFirst = {3, 2, 1, 127, (byte) 128, (byte) 255};
    float[] expected = {3, 511, 5, 257, 7, 255};
    assertThat(doublingPixels(Pixels.Order.BGR).run(blueFirst)).isEqualTo(expected);
    byte[] withAlpha = {9, 1, 2, 3, 9, (byte) 255, (byte) 128, 127};
    assertThat(doublingPixels(Pixels.Order.ARGB).run(withAlpha)).isEqualTo(expected);
  }

  @Test
  void pixelsOfAnotherNumber() {
    Model model = doublingPixels(Pixels.Order.RGBA);
    for (int length : new int[] {0, 7, 12}) {
      String message =
          "Input 'input' of Bytes takes 2 x 1 pixels of 4 bytes = 8 bytes an image, or a multiple"
              + " for a batch; found "
              + length
              + ".";
      assertMessage(IllegalArgumentException.class, message, () -> model.run(new byte[length]));
      try (Session session = model.newSession()) {
        assertMessage(
            IllegalArgumentException.class,
            message,
            () -> session.run(new byte[length], new float[6]));
      }
    }
    try (Session session = model.newSession()) {
      assertMessage(
          IllegalArgumentException.class,
          "Output 'y' of Bytes takes [3, 1, 2] = 6 floats an image, so 12 for a batch of 2; found"
              + " 6.",
          () -> session.run(new byte[16], new float[6]));
    }
  }

  @Test
  void bytesForANetworkOfFloats() {
    String message =
        "Doubling takes floats, not bytes; for bytes declare @Network(pixels = @Pixels).";
    Model model = doubling().model();
    assertMessage(IllegalStateException.class, message, () -> model.run(new byte[4]));
    try (Session session = model.newSession()) {
      assertMessage(
          IllegalStateException.class, message, () -> session.run(new byte[4], new float[4]));
      assertThat(model.run(new float[4])).isEqualTo(new float[] {1, 1, 1, 1});
    }
  }

  @Test
  void runningOnBytesAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] pixels = new byte[18];
    float[] output = new float[18];
    try (Session session = doublingPixels(Pixels.Order.RGB).newSession()) {
      session.run(pixels, output); // loads classes
      long thread = Thread.currentThread().getId();
      threads.getThreadAllocatedBytes(thread);
      long before = threads.getThreadAllocatedBytes(thread);
      for (int k = 0; k < 200; k++) {
        session.run(pixels, output);
      }
      long allocated = threads.getThreadAllocatedBytes(thread) - before;
      assertWithMessage("bytes allocated by 200 runs").that(allocated).isLessThan(200);
    }
  }

  @Test
  void runningAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    float[] input = Rig.gaussian(new Random(9), 2 * 243);
    float[] output = new float[20];
    float[][] inputs = {input};
    float[][] outputs = {output};
    try (Session session = everything().newSession()) {
      session.run(input, output); // loads classes
      session.run(inputs, outputs);
      long thread = Thread.currentThread().getId();
      threads.getThreadAllocatedBytes(thread);

      long before = threads.getThreadAllocatedBytes(thread);
      for (int k = 0; k < 100; k++) {
        session.run(input, output);
        session.run(inputs, outputs);
      }
      long allocated = threads.getThreadAllocatedBytes(thread) - before;

      // What the measurement itself allocates is less than one byte for each of the 200 runs.
      assertWithMessage("bytes allocated by 200 runs").that(allocated).isLessThan(200);
    }
  }

  private static void assertMessage(
      Class<? extends RuntimeException> type, String message, Executable call) {
    assertThat(assertThrows(type, call)).hasMessageThat().isEqualTo(message);
  }
}
