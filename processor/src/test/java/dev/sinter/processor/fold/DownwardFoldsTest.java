package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.sinter.processor.fold.Nets.chain;
import static dev.sinter.processor.fold.Nets.folded;
import static dev.sinter.processor.fold.Nets.ops;
import static dev.sinter.processor.fold.Nets.window;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A channel affine into the convolutions and linear layers behind it. */
final class DownwardFoldsTest {
  private static final Shape MAP = Shape.of(4, 9, 8);
  private static final Window SAME = window(3, 1, 1, 1);
  private static final Window INSIDE = window(3, 1, 1, 0);
  private static final List<Fold> INTO_CONV =
      List.of(new AffineConv(), new AffinePaddedConv(), new AffineBorderConv());

  private final Nets nets = new Nets(1);

  @Test
  void convWithoutPaddingTakesInTheNormBeforeIt() {
    for (int groups : new int[] {1, 2, 4}) {
      for (boolean bias : new boolean[] {true, false}) {
        Op.Conv conv = nets.conv(4, 8, window(3, 2, 2, 0), groups, bias);
        Graph graph = chain(MAP, nets.withZero(4), conv);
        assertThat(ops(folded(List.of(new AffineConv()), graph))).containsExactly("Conv");
      }
    }
  }

  @Test
  void paddingThatNoTapReachesIsNone() {
    Op.Conv conv = nets.conv(4, 8, window(2, 2, 1, 0, 0, 1, 1));
    Graph even = chain(Shape.of(4, 8, 8), nets.norm(4), conv);
    assertThat(ops(folded(List.of(new AffineConv()), even))).containsExactly("Conv");
    assertNone(List.of(new AffineConv()), chain(Shape.of(4, 8, 9), nets.norm(4), conv));
  }

  @Test
  void paddedConvIsPaddedWithOtherValues() {
    for (int groups : new int[] {1, 2}) {
      Op.Conv conv = nets.conv(4, 8, window(5, 2, 1, 1, 2, 0, 2), groups, true);
      Graph graph = chain(MAP, nets.norm(4), conv);
      Graph folded = folded(List.of(new AffinePaddedConv()), graph);
      assertThat(ops(folded)).containsExactly("Conv");
      assertThat(only(folded).padValue().size()).isEqualTo(4);
      assertThat(only(folded).bias().size()).isEqualTo(8);
    }
  }

  @Test
  void channelWithoutScaleAndShiftNeedsNoPadValue() {
    Op.Affine affine =
        new Op.Affine(Tensor.vector(0, 2, 1, -1), Tensor.vector(0, 0.5, 0, 0.25), Activation.NONE);
    Graph folded =
        folded(
            List.of(new AffinePaddedConv()), chain(MAP, affine, nets.conv(4, 8, SAME, 1, false)));
    assertThat(only(folded).padValue().toDoubles())
        .usingExactEquality()
        .containsExactly(0, -0.25, 0, 0.25)
        .inOrder();
  }

  @Test
  void channelWithoutScaleNeedsBiasesForTheBorder() {
    Graph graph = chain(MAP, nets.withZero(4), nets.conv(4, 8, SAME));
    assertNone(List.of(new AffineConv(), new AffinePaddedConv()), graph);
    Graph folded = folded(List.of(new AffineBorderConv()), graph);
    assertThat(only(folded).padValue()).isNull();
    assertThat(only(folded).bias().shape()).isEqualTo(Shape.of(8, 3, 3));
  }

  @Test
  void borderBiasesOfEachGeometry() {
    for (Window window :
        List.of(
            window(3, 1, 1, 1),
            window(3, 2, 1, 1),
            window(5, 1, 1, 2, 0, 1, 2),
            window(3, 1, 2, 2),
            window(3, 2, 3, 0, 4, 5, 1),
            window(2, 3, 1, 4),
            window(1, 1, 1, 1))) {
      for (int groups : new int[] {1, 2, 4}) {
        Op.Conv conv = nets.conv(4, 4, window, groups, groups == 2);
        Graph graph = chain(Shape.of(4, 30, 31), nets.withZero(4), conv);
        assertThat(ops(folded(List.of(new AffineBorderConv()), graph))).containsExactly("Conv");
      }
    }
  }

  @Test
  void sequencesHaveOneRowOfBorderBiases() {
    Window window =
        new Window(new Window.Pair(1, 3), Nets.ONE, Nets.ONE, new Window.Padding(0, 1, 0, 1));
    Graph graph = chain(Shape.of(4, 12), nets.withZero(4), nets.conv(4, 4, window));
    assertThat(only(folded(graph)).bias().shape()).isEqualTo(Shape.of(4, 1, 3));
  }

  /** With hardly any scale, terms of 10⁷ would cancel outside the map. */
  @Test
  void valuesThatWouldCancelAreNotPaddedWith() {
    Op.Affine affine =
        new Op.Affine(
            Tensor.vector(1e-9, 1, 1, 1), Tensor.vector(0, 3000, 0.1, 0.1), Activation.NONE);
    Tensor corner = Tensor.computed(Shape.of(1, 4, 3, 3), i -> i % 9 == 0 ? 1 : 1e-6);
    Op.Conv conv = new Op.Conv(SAME, 1, corner, null, Activation.NONE);
    assertNone(List.of(new AffinePaddedConv()), chain(MAP, affine, conv));
    assertThat(only(folded(chain(MAP, affine, conv))).padValue()).isNull();
  }

  @Test
  void valuesBeyondFloatsAreNotPaddedWith() {
    Op.Affine affine =
        new Op.Affine(Tensor.filled(4, 1e-30), Tensor.filled(4, 1e10), Activation.NONE);
    assertNone(List.of(new AffinePaddedConv()), chain(MAP, affine, nets.conv(4, 4, SAME)));
  }

  @Test
  void moreBiasesThanMultiplicationsAreNotWorthIt() {
    Op.Conv conv = nets.conv(4, 64, SAME);
    Graph graph = chain(Shape.of(4, 2, 2), nets.withZero(4), conv);
    assertNone(INTO_CONV, graph);
    Graph folded = folded(graph);
    assertThat(ops(folded)).containsExactly("Affine", "Conv").inOrder();
    assertThat(Standing.in(graph, folded).get(0).reason())
        .contains("the 192 biases that would take its place at the border are more than the 16");
  }

  @Test
  void transposedConvTakesInAScaleAlone() {
    for (int groups : new int[] {1, 2}) {
      Window strided = window(3, 2, 1, 1);
      Op up = nets.convTranspose(4, 6, strided, groups);
      assertThat(ops(folded(chain(MAP, nets.scale(4), up)))).containsExactly("ConvTranspose");
      Graph graph = chain(MAP, nets.norm(4), up);
      Graph folded = folded(graph);
      assertThat(ops(folded)).containsExactly("Affine", "ConvTranspose").inOrder();
      assertThat(Standing.in(graph, folded).get(0).reason())
          .contains(
              "To 'layer2', a transposed convolution that reads it, its shift would not be the same"
                  + " bias everywhere: not all taps land on each place.");
    }
  }

  /** As where it undoes the padding of a convolution. */
  @Test
  void transposedConvWhoseTapsAllLandTakesInTheShiftToo() {
    for (Window window : List.of(window(1, 1, 1, 0), window(1, 1, 1, 2), window(3, 1, 2, 4))) {
      for (int groups : new int[] {1, 2}) {
        Op up = nets.convTranspose(4, 6, window, groups);
        Graph graph = chain(MAP, nets.norm(4), up);
        assertThat(ops(folded(graph))).containsExactly("ConvTranspose");
      }
    }
    for (Window window : List.of(window(1, 2, 1, 0), window(3, 1, 2, 4, 4, 3, 4))) {
      Graph graph = chain(MAP, nets.norm(4), nets.convTranspose(4, 6, window, 1));
      assertNone(List.of(new AffineConvTranspose()), graph);
    }
  }

  /** Everything that was folded before stays right when more comes. */
  @Test
  void foldsCompose() {
    for (Op front : List.of(nets.norm(4), nets.withZero(4))) {
      for (Op.Conv conv : List.of(nets.conv(4, 8, SAME), nets.conv(4, 8, SAME, 2, false))) {
        Op.Affine affine = nets.scale(4);
        Graph once = folded(chain(MAP, front, conv));
        Graph before = chain(MAP, affine, only(once), nets.norm(8), new Op.Activate(Nets.RELU));
        assertThat(ops(folded(before))).containsExactly("Conv");
        Graph shifted = chain(MAP, nets.norm(4), only(once));
        for (Fold fold : List.of(new AffinePaddedConv(), new AffineBorderConv())) {
          if (Nets.applies(fold, shifted)) {
            assertThat(ops(folded(List.of(fold), shifted))).containsExactly("Conv");
          }
        }
        assertThat(Nets.applies(new AffineBorderConv(), shifted)).isTrue();
        assertThat(ops(folded(chain(MAP, nets.withZero(4), only(once), nets.norm(8)))))
            .containsExactly("Conv");
      }
    }
  }

  @Test
  void allReadersTakeItInOrNone() {
    for (boolean all : new boolean[] {true, false}) {
      Graph.Builder builder = Graph.builder();
      int x = builder.add("x", new Op.Input(MAP), List.of());
      int norm = builder.add("norm", nets.norm(4), List.of(x));
      int inner = builder.add("inner", nets.conv(4, 4, INSIDE), List.of(norm));
      int padded = builder.add("padded", nets.conv(4, 4, SAME), List.of(norm));
      int flat = builder.add("flat", new Op.Flatten(), List.of(norm));
      int linear = builder.add("linear", nets.linear(4 * 9 * 8, 3), List.of(flat));
      builder.output("inner", inner).output("padded", padded).output("linear", linear);
      if (!all) {
        builder.output("other", builder.add("other", new Op.Softmax(), List.of(norm)));
      }
      Graph graph = builder.build();
      Graph folded = folded(graph);
      assertThat(ops(folded).contains("Affine")).isEqualTo(!all);
      if (!all) {
        assertThat(Standing.in(graph, folded).get(0).reason())
            .contains("'other', which reads it, has no weights to take it in");
        assertNone(INTO_CONV, graph);
        assertNone(List.of(new AffineLinear()), graph);
      }
    }
  }

  @Test
  void anOutputStays() {
    for (Op reader : List.of(nets.conv(4, 4, INSIDE), nets.conv(4, 4, SAME))) {
      Graph graph = chain(MAP, nets.norm(4), reader).edit().output("norm", 1).build();
      assertNone(INTO_CONV, graph);
      assertThat(Standing.in(graph, folded(graph)).get(0).reason())
          .contains("Its result is an output of the network.");
    }
    Graph graph = chain(Shape.of(4), nets.norm(4), nets.linear(4, 2));
    assertNone(List.of(new AffineLinear()), graph.edit().output("norm", 1).build());
  }

  @Test
  void anActivationStandsBetween() {
    for (Op.Conv conv : List.of(nets.conv(4, 4, INSIDE), nets.conv(4, 4, SAME))) {
      assertNone(INTO_CONV, chain(MAP, nets.scale(4).with(Nets.RELU), conv));
      Graph graph = chain(MAP, nets.norm(4), new Op.Activate(Nets.RELU), conv);
      Graph folded = folded(graph);
      assertThat(ops(folded)).containsExactly("Affine", "Conv").inOrder();
      assertThat(Standing.in(graph, folded).get(0).reason())
          .isEqualTo(
              "it reads the input 'x', and there is no layer before it to take it in. Behind it"
                  + " stands the activation 'layer2'.");
    }
    Op.Affine active = nets.scale(4).with(Nets.RELU);
    assertNone(List.of(new AffineLinear()), chain(Shape.of(4), active, nets.linear(4, 2)));
  }

  @Test
  void linearTakesInTheNormBeforeIt() {
    List<Fold> fold = List.of(new AffineLinear());
    Graph vector = chain(Shape.of(6), nets.norm(6), nets.linear(6, 5));
    assertThat(ops(folded(fold, vector))).containsExactly("Linear");
    Op.Linear bare = new Op.Linear(nets.gaussian(Shape.of(5, 36)), null, Nets.RELU);
    Graph flat = chain(Shape.of(4, 3, 3), nets.norm(4), new Op.Flatten(), bare);
    assertThat(ops(folded(fold, flat))).containsExactly("Flatten", "Linear").inOrder();
    Graph behind = chain(Shape.of(4, 3, 3), new Op.Flatten(), nets.norm(36), bare);
    assertThat(ops(folded(fold, behind))).containsExactly("Flatten", "Linear").inOrder();
  }

  @Test
  void flattenWithAnotherUseStays() {
    Graph graph = chain(Shape.of(4, 3, 3), nets.norm(4), new Op.Flatten(), nets.linear(36, 5));
    Graph output = graph.edit().output("flat", 2).build();
    Graph.Builder edit = graph.edit();
    edit.output("soft", edit.add("soft", new Op.Softmax(), List.of(2)));
    for (Graph used : List.of(output, edit.build())) {
      assertNone(List.of(new AffineLinear()), used);
      assertThat(Standing.in(used, folded(used)).get(0).reason())
          .contains("'layer2', which reads it, is not read by a linear layer alone.");
    }
  }

  /** A residual before activation: one convolution reads it, and so does the sum. */
  @Test
  void preActivationResidualStaysOnePass() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int stem = builder.add("stem", nets.conv(4, 4, SAME), List.of(x));
    int norm = builder.add("norm", nets.norm(4), List.of(stem));
    int relu = builder.add("relu", new Op.Activate(Nets.RELU), List.of(norm));
    int conv = builder.add("conv", nets.conv(4, 4, SAME), List.of(relu));
    int sum = builder.add("sum", new Op.Add(Activation.NONE), List.of(conv, stem));
    Graph graph = builder.output("y", sum).build();
    Graph folded = folded(graph);
    assertThat(ops(folded)).containsExactly("Conv", "Affine", "Conv", "Add").inOrder();
    assertThat(Standing.in(graph, folded).get(0).reason())
        .isEqualTo(
            "'stem' is also read by 'sum', which needs its value without it. Behind it stands the"
                + " activation 'relu'.");
  }

  private static Op.Conv only(Graph graph) {
    return (Op.Conv)
        graph.nodes().stream()
            .map(Node::op)
            .filter(op -> op instanceof Op.Conv)
            .reduce((a, b) -> b)
            .orElseThrow();
  }

  private static void assertNone(List<Fold> folds, Graph graph) {
    for (Fold fold : folds) {
      assertWithMessage(fold.name()).that(Nets.applies(fold, graph)).isFalse();
    }
  }
}
