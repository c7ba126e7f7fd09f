package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.sinter.processor.fold.Nets.chain;
import static dev.sinter.processor.fold.Nets.folded;
import static dev.sinter.processor.fold.Nets.ops;
import static dev.sinter.processor.fold.Nets.window;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A channel affine past what lets it pass, into the layers before it. */
final class UpwardFoldsTest {
  private static final Shape MAP = Shape.of(4, 9, 8);
  private static final Window SAME = window(3, 1, 1, 1);
  private static final Op.Add ADD = new Op.Add(Activation.NONE);

  private final Nets nets = new Nets(2);
  private final Op.Conv conv = nets.conv(4, 6, SAME);

  @Test
  void meanThatDoesNotCountPaddingLetsAllPass() {
    for (Op pool :
        List.of(
            pool(Op.Pool.Kind.AVERAGE, false, false, 1),
            pool(Op.Pool.Kind.AVERAGE, true, false, 1),
            pool(Op.Pool.Kind.AVERAGE, true, true, 0),
            new Op.GlobalPool(Op.Pool.Kind.AVERAGE))) {
      assertThat(ops(folded(chain(MAP, conv, pool, nets.withZero(6))))).hasSize(2);
    }
  }

  @Test
  void meanThatCountsPaddingLetsTheScalePassAlone() {
    Op pool = pool(Op.Pool.Kind.AVERAGE, false, true, 1);
    Graph graph = chain(MAP, conv, pool, nets.norm(6));
    assertNone(new PoolAffine(), graph);
    assertThat(Standing.in(graph, folded(graph)).get(0).reason())
        .isEqualTo("'layer2' before it counts padding, where its shift would be lost.");
    assertThat(ops(folded(chain(MAP, conv, pool, nets.scale(6))))).hasSize(2);
  }

  @Test
  void maximumLetsNoNegativeScalePass() {
    for (Op pool :
        List.of(pool(Op.Pool.Kind.MAX, false, true, 1), new Op.GlobalPool(Op.Pool.Kind.MAX))) {
      assertThat(ops(folded(chain(MAP, conv, pool, nets.positive(6))))).hasSize(2);
      assertThat(ops(folded(chain(MAP, conv, pool, Op.Affine.times(Tensor.filled(6, 0))))))
          .hasSize(2);
      Op.BatchNorm norm = nets.norm(Tensor.vector(1, 2, 0, 1, -0.1, 1));
      Graph graph = chain(MAP, conv, pool, norm);
      assertNone(new PoolAffine(), graph);
      assertThat(Standing.in(graph, folded(graph)).get(0).reason())
          .isEqualTo(
              "its scale is negative in channel 4, which would make a minimum of 'layer2' before"
                  + " it.");
    }
  }

  @Test
  void flattenLetsPassWhatIsTheSameInAChannel() {
    Op.BatchNorm norm = nets.norm(6);
    Op spread =
        new Op.Affine(norm.scale().repeated(72), norm.shift().repeated(72), Activation.NONE);
    Graph graph = chain(MAP, conv, new Op.Flatten(), spread);
    assertThat(ops(folded(graph))).containsExactly("Conv", "Flatten").inOrder();
    Graph other = chain(MAP, conv, new Op.Flatten(), nets.norm(6 * 72));
    assertNone(new FlattenAffine(), other);
    assertThat(Standing.in(other, folded(other)).get(0).reason())
        .isEqualTo(
            "it has another scale or shift for each of the elements that 'layer2' makes of one"
                + " channel.");
  }

  /** Up, past two operators, and not down into the linear layer. */
  @Test
  void normBehindGlobalPoolAndFlattenGoesIntoTheConv() {
    Op mean = new Op.GlobalPool(Op.Pool.Kind.AVERAGE);
    Op.Linear linear = nets.linear(6, 3);
    Graph graph = chain(MAP, conv, mean, new Op.Flatten(), nets.norm(6), linear);
    Graph folded = folded(graph);
    assertThat(ops(folded)).containsExactly("Conv", "GlobalPool", "Flatten", "Linear").inOrder();
    assertThat(folded.node(folded.outputs().get(0).id()).op()).isSameInstanceAs(linear);
  }

  @Test
  void transposedConvTakesInWhatIsBehindIt() {
    for (int groups : new int[] {1, 2}) {
      Op up = nets.convTranspose(4, 6, window(3, 2, 1, 1), groups);
      Op relu = new Op.Activate(Nets.RELU);
      Op mean = new Op.GlobalPool(Op.Pool.Kind.AVERAGE);
      assertThat(ops(folded(chain(MAP, up, nets.withZero(6), relu))))
          .containsExactly("ConvTranspose");
      assertThat(ops(folded(chain(MAP, up, mean, new Op.Flatten(), nets.norm(6))))).hasSize(3);
    }
  }

  /** Also where the ReLU has become a part of the sum. */
  @Test
  void anActivatedSumNamesItsActivation() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int c = builder.add("c", conv, List.of(x));
    int d = builder.add("d", new Op.Activate(Activation.of(Activation.Kind.TANH)), List.of(c));
    int sum = builder.add("sum", ADD, List.of(c, d));
    int relu = builder.add("relu", new Op.Activate(Nets.RELU), List.of(sum));
    int pool = builder.add("pool", pool(Op.Pool.Kind.AVERAGE, false, false, 1), List.of(relu));
    int norm = builder.add("norm", nets.norm(6), List.of(pool));
    Graph graph = builder.output("y", norm).build();
    assertThat(Standing.in(graph, folded(graph)).get(0).reason())
        .isEqualTo("the activation 'relu' stands between 'sum' and it.");
  }

  @Test
  void allThatIsJoinedTakesItsPart() {
    for (boolean alone : new boolean[] {true, false}) {
      Graph.Builder builder = Graph.builder();
      int x = builder.add("x", new Op.Input(MAP), List.of());
      int c = builder.add("c", conv, List.of(x));
      int d = builder.add("d", nets.conv(4, 2, SAME), List.of(x));
      int mean = builder.add("mean", pool(Op.Pool.Kind.AVERAGE, false, false, 1), List.of(d));
      int up =
          builder.add("up", new Op.Upsample(Op.Upsample.Mode.BILINEAR, true, 9, 8), List.of(mean));
      List<Integer> joined = alone ? List.of(up, c) : List.of(up, c, x);
      int concat = builder.add("concat", new Op.Concat(), joined);
      int norm = builder.add("norm", nets.norm(alone ? 8 : 12), List.of(concat));
      int relu = builder.add("relu", new Op.Activate(Nets.RELU), List.of(norm));
      Graph graph = builder.output("y", relu).build();
      Graph folded = folded(graph);
      assertThat(ops(folded).contains("Affine")).isEqualTo(!alone);
      if (!alone) {
        assertNone(new ConcatAffine(), graph);
        assertThat(Standing.in(graph, folded).get(0).reason())
            .startsWith(
                "it reads 'concat', which reads the input 'x', and there is no layer before it to"
                    + " take it in.");
      }
    }
  }

  @Test
  void aValueJoinedTwiceDoesNot() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int c = builder.add("c", conv, List.of(x));
    int concat = builder.add("concat", new Op.Concat(), List.of(c, c));
    int norm = builder.add("norm", nets.norm(12), List.of(concat));
    Graph graph = builder.output("y", norm).build();
    assertNone(new ConcatAffine(), graph);
    assertThat(Standing.in(graph, folded(graph)).get(0).reason())
        .isEqualTo("'c' is read twice by 'concat'.");
  }

  @Test
  void rearrangementsLetAllPass() {
    for (Op op :
        List.of(
            new Op.Upsample(Op.Upsample.Mode.NEAREST, false, 18, 20),
            new Op.Upsample(Op.Upsample.Mode.BILINEAR, false, 18, 20),
            new Op.Upsample(Op.Upsample.Mode.BILINEAR, true, 17, 5),
            new Op.Slice(1, 2, 9, 2),
            new Op.Slice(2, 0, 3, 1),
            new Op.ChannelShuffle(2),
            new Op.ChannelShuffle(3))) {
      Graph graph = chain(MAP, conv, op, nets.withZero(6), new Op.Activate(Nets.RELU));
      assertThat(ops(folded(graph)).get(0)).isEqualTo("Conv");
      assertThat(ops(folded(graph))).doesNotContain("Affine");
    }
  }

  @Test
  void aSliceOfChannelsDoesNot() {
    Graph graph = chain(MAP, conv, new Op.Slice(0, 1, 4, 1), nets.norm(3));
    assertNone(new RearrangedAffine(), graph);
    assertThat(Standing.in(graph, folded(graph)).get(0).reason())
        .startsWith("it reads 'layer2', which has no weights to take it in;");
  }

  @Test
  void homogeneousActivationsLetAPositiveScalePass() {
    for (Activation activation :
        List.of(
            Nets.RELU,
            Activation.of(Activation.Kind.LEAKY_RELU, 0.1),
            Activation.of(Activation.Kind.PRELU, 1, -2, 3, 0, 0.5, 1.5))) {
      Op.Activate activate = new Op.Activate(activation);
      assertThat(ops(folded(chain(MAP, conv, activate, nets.scale(6))))).containsExactly("Conv");
      assertNone(new ActivationAffine(), chain(MAP, conv, activate, nets.positive(6)));
      Op negative = Op.Affine.times(Tensor.vector(1, 1, 1, 1, 1, -1));
      assertNone(new ActivationAffine(), chain(MAP, conv, activate, negative));
    }
    Op.Activate clip = new Op.Activate(Activation.of(Activation.Kind.RELU6));
    assertNone(new ActivationAffine(), chain(MAP, conv, clip, nets.scale(6)));
  }

  @Test
  void allThatIsSummedTakesItsShare() {
    Op pool = pool(Op.Pool.Kind.AVERAGE, false, true, 1);
    Op.Conv strided = nets.conv(4, 6, window(3, 2, 1, 1));
    // The first branch can take no shift, the second is a norm that stays for its ReLU, the third
    // has another sum in it.
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int a = builder.add("a", conv, List.of(x));
    int pooled = builder.add("pool", pool, List.of(a));
    int b = builder.add("b", strided.with(Nets.RELU), List.of(x));
    int norm = builder.add("norm", nets.norm(6), List.of(b));
    int c = builder.add("c", strided, List.of(x));
    int d = builder.add("d", nets.conv(4, 6, window(1, 2, 1, 0), 2, false), List.of(x));
    int inner = builder.add("inner", ADD, List.of(c, d));
    int sum = builder.add("sum", ADD, List.of(pooled, norm, inner));
    int last = builder.add("last", nets.norm(6), List.of(sum));
    int relu = builder.add("relu", new Op.Activate(Nets.RELU), List.of(last));
    Graph folded = folded(builder.output("y", relu).build());
    assertThat(ops(folded))
        .containsExactly("Conv", "Pool", "Conv", "Affine", "Conv", "Conv", "Add", "Add");
    assertThat(folded.node(relu).op()).isEqualTo(ADD.with(Nets.RELU));
  }

  @Test
  void aResidualOfTheInputDoesNot() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int c = builder.add("c", nets.conv(4, 4, SAME), List.of(x));
    int d = builder.add("d", nets.conv(4, 4, SAME), List.of(c));
    int sum = builder.add("sum", ADD, List.of(d, x));
    Graph graph = builder.output("y", builder.add("norm", nets.norm(4), List.of(sum))).build();
    assertNone(new AddAffine(), graph);
    assertThat(Standing.in(graph, folded(graph)).get(0).reason())
        .isEqualTo("'sum' before it sums 'x', which cannot take it in.");
  }

  @Test
  void aValueSummedTwiceDoesNot() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int c = builder.add("c", conv, List.of(x));
    int sum = builder.add("sum", ADD, List.of(c, c));
    int norm = builder.add("norm", nets.norm(6), List.of(sum));
    Graph graph = builder.output("y", norm).build();
    assertNone(new AddAffine(), graph);
    assertThat(ops(folded(graph))).contains("Affine");
  }

  @Test
  void aSumWithoutAPlaceForTheShiftDoesNot() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    Op pool = pool(Op.Pool.Kind.AVERAGE, false, true, 1);
    List<Integer> pooled = new ArrayList<>();
    for (String name : List.of("c", "d")) {
      int value = builder.add(name, nets.conv(4, 6, SAME), List.of(x));
      pooled.add(builder.add(name + "Pool", pool, List.of(value)));
    }
    int sum = builder.add("sum", ADD, pooled);
    Graph with = builder.output("y", builder.add("norm", nets.norm(6), List.of(sum))).build();
    assertNone(new AddAffine(), with);
    assertThat(ops(folded(with))).contains("Affine");
    Graph without = with.edit().replace(sum + 1, List.of("n"), nets.scale(6), List.of(sum)).build();
    assertThat(ops(folded(without))).doesNotContain("Affine");
  }

  /** The preconditions that all of them have. */
  @Test
  void otherUsesAndActivationsStopAll() {
    Op two = nets.norm(Tensor.filled(6, 1));
    record Case(Fold fold, Op passed, Op affine) {}
    for (Case pattern :
        List.of(
            new Case(new PoolAffine(), pool(Op.Pool.Kind.AVERAGE, false, false, 1), two),
            new Case(new PoolAffine(), new Op.GlobalPool(Op.Pool.Kind.MAX), two),
            new Case(new FlattenAffine(), new Op.Flatten(), Op.Affine.times(Tensor.filled(432, 2))),
            new Case(new RearrangedAffine(), new Op.ChannelShuffle(3), two),
            new Case(
                new RearrangedAffine(),
                new Op.Upsample(Op.Upsample.Mode.NEAREST, false, 18, 16),
                two),
            new Case(new ActivationAffine(), new Op.Activate(Nets.RELU), nets.scale(6)))) {
      Fold fold = pattern.fold();
      Graph graph = chain(MAP, conv, pattern.passed(), pattern.affine());
      assertThat(Nets.applies(fold, graph)).isTrue();
      assertNone(fold, graph.edit().output("conv", 1).build());
      assertNone(fold, graph.edit().output("passed", 2).build());
      for (int read : new int[] {1, 2}) {
        Graph.Builder edit = graph.edit();
        edit.output("soft", edit.add("soft", new Op.Softmax(), List.of(read)));
        assertNone(fold, edit.build());
      }
      assertNone(fold, chain(MAP, conv.with(Nets.RELU), pattern.passed(), pattern.affine()));
      Op.Affine active =
          new Op.Affine(
              ((Op.ChannelAffine) pattern.affine()).scale(),
              ((Op.ChannelAffine) pattern.affine()).shift(),
              Nets.RELU);
      assertNone(fold, chain(MAP, conv, pattern.passed(), active));
      assertNone(fold, chain(Shape.of(6, 9, 8), pattern.passed(), pattern.affine()));
      assertNone(fold, chain(MAP, conv, new Op.Softmax(), pattern.passed(), pattern.affine()));
    }
  }

  private static Op pool(Op.Pool.Kind kind, boolean ceil, boolean countPadding, int padding) {
    return new Op.Pool(kind, window(3, 2, 1, padding), ceil, countPadding);
  }

  private static void assertNone(Fold fold, Graph graph) {
    assertWithMessage(fold.name()).that(Nets.applies(fold, graph)).isFalse();
  }
}
