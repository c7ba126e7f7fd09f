package dev.sinter.processor.verify;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.sinter.processor.verify.InterpreterTest.window;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
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
