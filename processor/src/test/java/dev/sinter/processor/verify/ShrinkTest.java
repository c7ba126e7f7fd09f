package dev.sinter.processor.verify;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.sinter.processor.verify.InterpreterTest.window;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.ir.Window.Padding;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** That smaller maps lose no border case. */
final class ShrinkTest {
  private static final Padding ONE = new Padding(1, 1, 1, 1);

  private final Random random = new Random(5);

  @Test
  void pointwiseOperatorsNeedOnePosition() {
    assertThat(shrunk(Shape.of(3, 40, 50), Pattern.norm(random, 3))).isEqualTo(Shape.of(3, 1, 1));
    assertThat(shrunk(Shape.of(3, 50), Pattern.norm(random, 3))).isEqualTo(Shape.of(3, 1));
    assertThat(shrunk(Shape.of(3), Pattern.norm(random, 3))).isEqualTo(Shape.of(3));
  }

  @Test
  void paddedConvKeepsBothBordersAndOneInside() {
    assertThat(shrunk(Shape.of(3, 28, 28), conv(window(3, 1, 1, ONE))))
        .isEqualTo(Shape.of(3, 3, 3));
    Window dilated = window(3, 1, 4, new Padding(4, 4, 4, 4));
    assertThat(shrunk(Shape.of(3, 64, 64), conv(dilated))).isEqualTo(Shape.of(3, 9, 9));
  }

  @Test
  void strideKeepsWhereTheLastWindowEnds() {
    Op stem = conv(window(7, 2, 1, new Padding(3, 3, 3, 3)));
    // ⌈3/2⌉ + ⌈3/2⌉ + 1 = 5 outputs need 4·2 + 7 − 6 = 9 elements, or 10.
    assertThat(shrunk(Shape.of(3, 224, 225), stem)).isEqualTo(Shape.of(3, 10, 9));
  }

  @Test
  void chainKeepsAnOutputThatSeesNoBorderThroughEither() {
    Op conv = conv(window(3, 1, 1, ONE));
    assertThat(shrunk(Shape.of(3, 28, 28), conv, conv)).isEqualTo(Shape.of(3, 5, 5));
    Op strided = conv(window(3, 2, 1, ONE));
    // ⌈(1 + 1)/2⌉ = 1 at each end: 3 outputs, 5 between, 9 elements, and 28 ≡ 12 modulo 4.
    assertThat(shrunk(Shape.of(3, 28, 29), strided, strided)).isEqualTo(Shape.of(3, 12, 9));
  }

  @Test
  void smallMapsStay() {
    Op stem = conv(window(7, 2, 1, new Padding(3, 3, 3, 3)));
    assertThat(shrunk(Shape.of(3, 7, 4), stem)).isEqualTo(Shape.of(3, 7, 4));
  }

  @Test
  void wholeMapsStay() {
    Shape shape = Shape.of(3, 30, 31);
    Op ceil = new Op.Pool(Op.Pool.Kind.AVERAGE, window(3, 2, 1, ONE), true, true);
    assertThat(shrunk(shape, ceil)).isEqualTo(shape);
    assertThat(shrunk(shape, new Op.Flatten())).isEqualTo(shape);
    assertThat(shrunk(shape, conv(window(3, 1, 1, ONE)), new Op.GlobalPool(Op.Pool.Kind.MAX)))
        .isEqualTo(shape);
  }

  @Test
  void floorPoolsShrink() {
    Op pool = new Op.Pool(Op.Pool.Kind.MAX, window(3, 2, 1, ONE), false, true);
    assertThat(shrunk(Shape.of(3, 112, 113), pool)).isEqualTo(Shape.of(3, 6, 5));
  }

  /**
   * A normalization folded into a padded convolution is wrong at exactly those outputs that see
   * padding. With padding at one end only, or out of reach of the last stride, that is one row, one
   * column or none: the small maps must say what the true ones say.
   */
  @Test
  void smallMapsFindTheFaultsThatTheTrueOnesHave() {
    int wrong = 0;
    int right = 0;
    int smaller = 0;
    while (wrong < 150 || right < 50) {
      Window window = oneSided(InterpreterTest.randomWindow(random));
      Shape shape = Shape.of(2, 1 + random.nextInt(30), 1 + random.nextInt(30));
      Op.BatchNorm norm = Pattern.norm(random, 2);
      Op.Conv conv = Pattern.conv(random, window, 1, 2, 2, random.nextBoolean());
      Graph before;
      Graph after;
      try {
        before = Pattern.chain(shape, norm, conv);
        after = Pattern.chain(shape, Pattern.foldedBackwards(norm, conv));
      } catch (IllegalArgumentException windowDoesNotFit) {
        continue;
      }
      Certificate small = Pattern.certify(before, after);
      Certificate whole = Pattern.certifyWhole(before, after);
      assertWithMessage("%s on %s: %s, %s", window, shape, small, whole)
          .that(small.holds())
          .isEqualTo(whole.holds());
      assertThat(small.values()).isAtMost(whole.values());
      wrong += whole.holds() ? 0 : 1;
      right += whole.holds() ? 1 : 0;
      smaller += small.values() < whole.values() ? 1 : 0;
    }
    assertThat(smaller).isAtLeast(100);
  }

  /** The same through a second window, where a fault at the border spreads. */
  @Test
  void smallMapsOfChainsFindThemToo() {
    for (int found = 0; found < 60; ) {
      Window first = oneSided(InterpreterTest.randomWindow(random));
      Window second = InterpreterTest.randomWindow(random);
      Shape shape = Shape.of(2, 1 + random.nextInt(40), 1 + random.nextInt(40));
      Op.BatchNorm norm = Pattern.norm(random, 2);
      Op.Conv conv = Pattern.conv(random, first, 1, 2, 2, true);
      Op.Conv next = Pattern.conv(random, second, 1, 2, 1, true);
      Graph before;
      Graph after;
      try {
        before = Pattern.chain(shape, norm, conv, next);
        after = Pattern.chain(shape, Pattern.foldedBackwards(norm, conv), next);
      } catch (IllegalArgumentException windowDoesNotFit) {
        continue;
      }
      Certificate small = Pattern.certify(before, after);
      Certificate whole = Pattern.certifyWhole(before, after);
      assertWithMessage("%s, %s on %s: %s, %s", first, second, shape, small, whole)
          .that(small.holds())
          .isEqualTo(whole.holds());
      found++;
    }
  }

  /** Every set of taps inside the map that occurs on the true map occurs on the small one. */
  @Test
  void smallMapsHaveEverySpanThatTheTrueOnesHave() {
    for (int round = 0; round < 2000; round++) {
      Window window = InterpreterTest.randomWindow(random);
      Shape shape = Shape.of(1, 1 + random.nextInt(40), 1 + random.nextInt(40));
      Graph graph;
      try {
        graph = Pattern.chain(shape, Pattern.conv(random, window, 1, 1, 1, false));
      } catch (IllegalArgumentException windowDoesNotFit) {
        continue;
      }
      Shape small = Shrink.shrink(graph, graph, Map.of(0, shape)).get(0);
      assertThat(taps(window.rows(), small.height()))
          .isEqualTo(taps(window.rows(), shape.height()));
      assertThat(taps(window.columns(), small.width()))
          .isEqualTo(taps(window.columns(), shape.width()));
    }
  }

  @Test
  void transposedConvKeepsOneStrideOfOutputs() {
    // One element makes two outputs that are not like each other, and none sees a border.
    Op up = deconv(window(2, 2, 1, Padding.NONE), 0, Shape.of(3, 3, 2, 2));
    assertThat(shrunk(Shape.of(3, 128, 1), up)).isEqualTo(Shape.of(3, 1, 1));
    Op wide = deconv(window(4, 2, 1, ONE), 0, Shape.of(3, 3, 4, 4));
    // One output at each end sees one tap of two: 1 + 2 + 1 need ⌈(4 + 2 − 4)/2⌉ + 1 = 2.
    assertThat(shrunk(Shape.of(3, 128, 17), wide)).isEqualTo(Shape.of(3, 2, 2));
    // Strides cancel: 2 outputs are at one place of both.
    Op down = conv(window(2, 2, 1, Padding.NONE));
    assertThat(shrunk(Shape.of(3, 128, 17), up, down)).isEqualTo(Shape.of(3, 1, 1));
  }

  /** As for convolutions; a tap reaches an output if it is on the grid of the stride there. */
  @Test
  void smallMapsOfTransposedConvsHaveEverySetOfTaps() {
    for (int round = 0; round < 2000; round++) {
      Window window = InterpreterTest.randomWindow(random);
      int extra = random.nextInt(3);
      Shape shape = Shape.of(1, 1 + random.nextInt(30), 1 + random.nextInt(30));
      Graph graph;
      try {
        graph = Pattern.chain(shape, deconv(window, extra, kernel(1, 1, window)));
      } catch (IllegalArgumentException allCutOff) {
        continue;
      }
      Shape small = Shrink.shrink(graph, graph, Map.of(0, shape)).get(0);
      assertWithMessage("%s + %s on %s: %s", window, extra, shape, small)
          .that(transposedTaps(window.rows(), extra, small.height()))
          .isEqualTo(transposedTaps(window.rows(), extra, shape.height()));
      assertWithMessage("%s + %s on %s: %s", window, extra, shape, small)
          .that(transposedTaps(window.columns(), extra, small.width()))
          .isEqualTo(transposedTaps(window.columns(), extra, shape.width()));
    }
  }

  /**
   * One wrong weight is found, or not, on the small maps as on the true ones; also behind others.
   */
  @Test
  void smallMapsOfTransposedConvsFindWrongWeights() {
    int smaller = 0;
    for (int found = 0; found < 150; ) {
      Window window = InterpreterTest.randomWindow(random);
      Window other = InterpreterTest.randomWindow(random);
      Shape shape = Shape.of(1, 1 + random.nextInt(20), 1 + random.nextInt(20));
      Op.ConvTranspose up = deconv(window, random.nextInt(2), kernel(1, 1, window));
      int wrong = random.nextInt(up.weight().size());
      Op.ConvTranspose wrongUp =
          (Op.ConvTranspose)
              up.mapTensors(
                  w -> Tensor.computed(w.shape(), i -> w.get(i) + (i == wrong ? 0.5 : 0)));
      Op conv = Pattern.conv(random, other, 1, 1, 1, true);
      boolean first = random.nextBoolean();
      Graph before;
      Graph after;
      try {
        before = first ? Pattern.chain(shape, up, conv) : Pattern.chain(shape, conv, up);
        after = first ? Pattern.chain(shape, wrongUp, conv) : Pattern.chain(shape, conv, wrongUp);
      } catch (IllegalArgumentException misfit) {
        continue;
      }
      Certificate small = Pattern.certify(before, after);
      Certificate whole = Pattern.certifyWhole(before, after);
      assertWithMessage("%s, %s on %s, %s: %s, %s", window, other, shape, first, small, whole)
          .that(small.holds())
          .isEqualTo(whole.holds());
      smaller += small.values() < whole.values() ? 1 : 0;
      found++;
    }
    assertThat(smaller).isAtLeast(50);
  }

  private Op.ConvTranspose deconv(Window window, int extra, Shape kernel) {
    return new Op.ConvTranspose(
        window, extra, extra, 1, Pattern.gaussian(random, kernel), null, Activation.NONE);
  }

  private static Shape kernel(int in, int out, Window window) {
    return Shape.of(in, out, window.kernel().height(), window.kernel().width());
  }

  private static Set<String> transposedTaps(Window.Axis axis, int extra, int extent) {
    Set<String> sets = new TreeSet<>();
    int outputs =
        (extent - 1) * axis.stride() + axis.reach() - axis.before() - axis.after() + extra;
    for (int i = 0; i < outputs; i++) {
      StringBuilder set = new StringBuilder("taps");
      for (int u = 0; u < axis.kernel(); u++) {
        int from = i + axis.before() - u * axis.dilation();
        if (from >= 0 && from % axis.stride() == 0 && from / axis.stride() < extent) {
          set.append(" ").append(u);
        }
      }
      sets.add(set.toString());
    }
    return sets;
  }

  private static Set<String> taps(Window.Axis axis, int extent) {
    Set<String> taps = new TreeSet<>();
    for (Span span : Span.of(axis, axis.outputs(extent, false), extent)) {
      taps.add(span.from() >= span.to() ? "none" : span.from() + ".." + span.to());
    }
    return taps;
  }

  private Window oneSided(Window window) {
    Padding all = window.padding();
    Padding one =
        switch (random.nextInt(5)) {
          case 0 -> new Padding(all.top(), 0, 0, 0);
          case 1 -> new Padding(0, all.left(), 0, 0);
          case 2 -> new Padding(0, 0, all.bottom(), 0);
          case 3 -> new Padding(0, 0, 0, all.right());
          default -> all;
        };
    return new Window(window.kernel(), window.stride(), window.dilation(), one);
  }

  private Op conv(Window window) {
    return Pattern.conv(random, window, 1, 3, 3, false);
  }

  private static Shape shrunk(Shape shape, Op... ops) {
    Graph graph = Pattern.chain(shape, ops);
    return Shrink.shrink(graph, graph, Map.of(0, shape)).get(0);
  }
}
