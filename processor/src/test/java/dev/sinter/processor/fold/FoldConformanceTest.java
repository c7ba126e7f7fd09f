package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Named.named;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.RandomGraphs;
import dev.sinter.processor.ir.RandomOps;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.verify.Certificate;
import dev.sinter.processor.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every fold promises, on graphs that nobody has chosen and on some that somebody has. */
final class FoldConformanceTest {
  private static final long GRAPHS = 650;
  private static final Window.Pair ONE = new Window.Pair(1, 1);
  private static final Window POINT = new Window(ONE, ONE, ONE, Window.Padding.NONE);

  static LongStream graphs() {
    return LongStream.range(0, GRAPHS);
  }

  static Stream<Named<Fold>> folds() {
    return Folder.ALL.stream().map(fold -> named(fold.name(), fold));
  }

  // ---- on random graphs ----

  @ParameterizedTest
  @MethodSource("graphs")
  void foldedGraphIsTheSameFunction(long number) {
    Graph graph = RandomGraphs.of(number);
    Folded.of(graph).assertSameFunctionAs(graph);
  }

  @ParameterizedTest
  @MethodSource("folds")
  void eachFoldAloneLeavesTheSameFunction(Fold fold) {
    graphs()
        .mapToObj(RandomGraphs::of)
        .forEach(graph -> Folded.of(graph, List.of(fold)).assertSameFunctionAs(graph));
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void everyRewriteIsCertified(long number) {
    for (Rewrite rewrite : Folded.of(RandomGraphs.of(number)).rewrites()) {
      Certificate certificate = certificate(rewrite);
      assertWithMessage("%s of %s: %s", rewrite.fold(), rewrite.fields(), certificate)
          .that(certificate.holds())
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void inputsAndOutputsKeepTheirNamesAndShapes(long number) {
    Graph graph = RandomGraphs.of(number);
    Graph folded = Folded.of(graph).graph();
    assertThat(folded.inputs()).isEqualTo(graph.inputs());
    assertThat(outputs(folded)).isEqualTo(outputs(graph));
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void foldingTwiceIsFoldingOnce(long number) {
    Graph folded = Folded.of(RandomGraphs.of(number)).graph();
    assertThat(Folded.of(folded).folds()).isEmpty();
    assertThat(folded.nodes().stream().filter(node -> node.op() instanceof Op.BatchNorm)).isEmpty();
  }

  @Test
  void randomGraphsHaveEveryOperator() {
    TreeSet<String> there = new TreeSet<>();
    graphs()
        .mapToObj(RandomGraphs::of)
        .forEach(graph -> graph.nodes().forEach(node -> there.add(name(node.op().getClass()))));
    assertWithMessage("operators that are drawn; RandomGraphs.operator has a case for each")
        .that(there)
        .containsExactlyElementsIn(operators(Op.class).toList());
  }

  @ParameterizedTest
  @MethodSource("folds")
  void everyFoldHappensInRandomGraphs(Fold fold) {
    long times =
        graphs()
            .mapToObj(number -> Folded.of(RandomGraphs.of(number)))
            .flatMap(folded -> folded.folds().stream())
            .filter(fold.name()::equals)
            .count();
    assertWithMessage(
            "times in %s graphs; what chance seldom makes is a case of RandomGraphs.pattern",
            GRAPHS)
        .that(times)
        .isAtLeast(50);
  }

  // ---- what must not be folded ----

  static Stream<CounterExample> counterExamples() {
    return CounterExample.all().stream();
  }

  @ParameterizedTest
  @MethodSource("counterExamples")
  void violatedPreconditionIsNotFolded(CounterExample example) {
    Fold fold = fold(example.fold());
    assertThat(Folded.of(example.violating(), List.of(fold)).folds()).isEmpty();
    assertThat(fieldsFolded(example.violating(), example)).doesNotContain(example.fields());
    assertWithMessage("the same without the violation")
        .that(fieldsFolded(example.valid(), example))
        .contains(example.fields());
  }

  @ParameterizedTest
  @MethodSource("counterExamples")
  void wrongFoldIsRefused(CounterExample example) {
    Certificate certificate = certificate(example.wrong());
    assertWithMessage("%s", certificate).that(certificate.holds()).isFalse();
    // Not for its rounding, which is below 1e-7, but for what it computes.
    assertWithMessage("%s", certificate).that(certificate.exact()).isGreaterThan(1e-7);
  }

  /** Each item of the list in a fold's Javadoc, or its only precondition. */
  @ParameterizedTest
  @MethodSource("folds")
  void everyPreconditionHasItsCounterExample(Fold fold) throws IOException {
    String file = fold.getClass().getName().replace('.', '/') + ".java";
    String source = Files.readString(Path.of("src/main/java", file));
    assertWithMessage("%s: its Javadoc has '<p>Preconditions:' and a <li> for each, or one", file)
        .that(source.contains("<p>Precondition"))
        .isTrue();
    int preconditions = Math.max(1, source.split("<li>", -1).length - 1);
    assertWithMessage("preconditions, each a <li> of %s, with an example in CounterExample", file)
        .that(
            counterExamples()
                .filter(example -> example.fold().equals(fold.name()))
                .map(CounterExample::precondition)
                .distinct())
        .containsExactlyElementsIn(IntStream.rangeClosed(1, preconditions).boxed().toList());
  }

  private static List<List<String>> fieldsFolded(Graph graph, CounterExample example) {
    return Folded.of(graph).rewrites().stream()
        .filter(rewrite -> rewrite.fold().equals(example.fold()))
        .map(Rewrite::fields)
        .toList();
  }

  // ---- what must be folded ----

  /**
   * A network, what is done to it and what is left.
   *
   * @param name in words
   */
  private record Expectation(String name, Graph graph, List<String> folds, List<String> operators) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Expectation> expectations() {
    RandomOps ops = new RandomOps(2);
    Op.Conv conv = ops.conv(4, 4);
    Op.Conv depthwise = ops.conv(conv.window(), 4, 4, 4, false);
    Window.Pair one = new Window.Pair(1, 1);
    Window point = new Window(one, one, one, Window.Padding.NONE);
    Op.BatchNorm norm = ops.norm(4);
    Op relu = new Op.Activate(Activation.of(Activation.Kind.RELU));
    Op add = new Op.Add(Activation.NONE);
    Op dropout = new Op.Identity();
    return Stream.of(
        expectation(
            "conv, bn, relu",
            map().then("conv", conv).then("bn", norm).then("relu", relu).gives(),
            "conv+bn, activation",
            "Conv+RELU"),
        expectation(
            "depthwise conv, bn",
            map().then("conv", depthwise).then("bn", norm).gives(),
            "conv+bn",
            "Conv"),
        expectation(
            "conv, bn, bn",
            map().then("conv", conv).then("bn1", norm).then("bn2", norm).gives(),
            "conv+bn, conv+bn",
            "Conv"),
        expectation(
            "conv, dropout, bn",
            map().then("conv", conv).then("dropout", dropout).then("bn", norm).gives(),
            "identity, conv+bn",
            "Conv"),
        expectation(
            "linear, bn, relu",
            Sketch.of(4).then("fc", ops.linear(4, 4)).then("bn", norm).then("relu", relu).gives(),
            "linear+bn, activation",
            "Linear+RELU"),
        expectation(
            "bn, bn, bn",
            map().then("bn1", norm).then("bn2", norm).then("bn3", norm).gives(),
            "bn+bn, bn+bn",
            "Affine"),
        expectation(
            "bn, relu",
            map().then("bn", norm).then("relu", relu).gives(),
            "bn alone, activation",
            "Affine+RELU"),
        expectation(
            "conv, relu, bn, relu",
            map()
                .then("conv", conv)
                .then("relu1", relu)
                .then("bn", norm)
                .then("relu2", relu)
                .gives(),
            "bn alone, activation, activation",
            "Conv+RELU, Affine+RELU"),
        expectation(
            "a residual block",
            map()
                .then("conv1", conv)
                .then("bn1", norm)
                .then("relu1", relu)
                .then("conv2", conv)
                .then("bn2", norm)
                .then("sum", add, "bn2", "input")
                .then("relu2", relu)
                .gives(),
            "conv+bn, conv+bn, activation, activation",
            "Conv+RELU, Conv, Add+RELU"),
        expectation(
            "normalized input, conv",
            map().then("normalize", ops.affine(4)).then("conv", conv).gives(),
            "bn+conv with pad values",
            "Conv"),
        expectation(
            "bn, padded conv, where a scale is 0",
            map().then("bn", zero(ops.norm(4))).then("conv", conv).gives(),
            "bn+conv with border biases",
            "Conv"),
        expectation(
            "transposed conv, mean, bn",
            map()
                .then("up", ops.convTranspose(conv.window(), 2, 4, 6, false))
                .then("mean", new Op.GlobalPool(Op.Pool.Kind.AVERAGE))
                .then("bn", ops.norm(6))
                .gives(),
            "bn before a pool, convtranspose+bn",
            "ConvTranspose, GlobalPool"),
        expectation(
            "two convs joined, shuffled, bn, relu",
            map()
                .then("conv1", conv)
                .then("conv2", conv, "input")
                .then("concat", new Op.Concat(), "conv1", "conv2")
                .then("shuffle", new Op.ChannelShuffle(2))
                .then("bn", ops.norm(8))
                .then("relu", relu)
                .gives(),
            "bn before a rearrangement, bn before a concatenation, conv+bn, conv+bn, parallel convs",
            "Conv, ChannelShuffle, Activate"),
        expectation(
            "pad, conv, bn, 1×1 conv, relu",
            map()
                .then("pad", new Op.Pad(new Window.Padding(0, 0, 1, 1), 0, 0, 0))
                .then("conv1", conv)
                .then("bn", norm)
                .then("conv2", ops.conv(point, 1, 4, 3, true))
                .then("relu", relu)
                .gives(),
            "pad+conv, conv+bn, conv+conv, activation",
            "Conv+RELU"),
        expectation(
            "a narrow linear layer between wide ones",
            Sketch.of(9)
                .then("fc1", ops.linear(9, 9))
                .then("fc2", ops.linear(9, 2))
                .then("fc3", ops.linear(2, 9))
                .gives(),
            "linear+linear",
            "Linear, Linear"),
        expectation(
            "a residual block with one bn behind the sum",
            map()
                .then("conv1", conv)
                .then("conv2", conv, "input")
                .then("sum", add, "conv1", "conv2")
                .then("bn", norm)
                .then("relu", relu)
                .gives(),
            "bn before a sum, conv+bn, conv+bn, sum of convs, activation",
            "Conv+RELU"),
        expectation(
            "a RepVGG block",
            map()
                .then("dense", conv)
                .then("denseBn", norm)
                .then("point", ops.conv(POINT, 1, 4, 4, false), "input")
                .then("pointBn", norm)
                .then("identityBn", norm, "input")
                .then("sum", add, "denseBn", "pointBn", "identityBn")
                .then("relu", relu)
                .gives(),
            "conv+bn, conv+bn, sum of convs, sum of conv and bn, activation",
            "Conv+RELU"),
        expectation(
            "depthwise conv and what it reads, then bn",
            map()
                .then("conv", depthwise)
                .then("sum", add, "input", "conv")
                .then("bn", norm)
                .gives(),
            "sum of conv and bn, conv+bn",
            "Conv"),
        expectation(
            "conv, mean, flatten, bn, linear",
            map()
                .then("conv", conv)
                .then("mean", new Op.GlobalPool(Op.Pool.Kind.AVERAGE))
                .then("flat", new Op.Flatten())
                .then("bn", norm)
                .then("fc", ops.linear(4, 4))
                .gives(),
            "bn before a flatten, bn before a pool, conv+bn",
            "Conv, GlobalPool, Flatten, Linear"),
        expectation(
            "the three convolutions of a detector's head, bn behind one of them",
            map()
                .then("box", conv)
                .then("score", ops.conv(conv.window(), 1, 4, 1, false), "input")
                .then("class", ops.conv(4, 3), "input")
                .then("bn", ops.norm(3))
                .then("concat", new Op.Concat(), "box", "score", "bn")
                .then("relu", relu)
                .gives(),
            "conv+bn, parallel convs, parallel convs, activation",
            "Conv+RELU"),
        expectation(
            "two 1×1 convs of a conv, joined with its input",
            map()
                .then("conv", conv)
                .then("point1", ops.conv(POINT, 1, 4, 1, true))
                .then("point2", ops.conv(POINT, 1, 4, 2, true), "conv")
                .then("concat", new Op.Concat(), "input", "point1", "point2")
                .then("fc", ops.conv(POINT, 1, 7, 2, true))
                .gives(),
            "parallel convs, conv+conv",
            "Conv, Concat, Conv"),
        expectation(
            "two dropouts, both outputs",
            map().then("drop1", dropout).then("drop2", dropout).gives("drop1", "drop2"),
            "identity, identity",
            ""));
  }

  @ParameterizedTest
  @MethodSource("expectations")
  void foldsAsExpected(Expectation expected) {
    Folded folded = Folded.of(expected.graph());
    assertThat(folded.folds()).isEqualTo(expected.folds());
    assertThat(folded.operators()).isEqualTo(expected.operators());
  }

  private static Expectation expectation(String name, Graph graph, String folds, String operators) {
    return new Expectation(name, graph, list(folds), list(operators));
  }

  private static List<String> list(String joined) {
    return joined.isEmpty() ? List.of() : Arrays.asList(joined.split(", "));
  }

  private static Sketch map() {
    return Sketch.of(4, 6, 6);
  }

  /** With no scale in the first channel. */
  private static Op.BatchNorm zero(Op.BatchNorm norm) {
    Tensor gamma = Tensor.computed(norm.gamma().shape(), c -> c == 0 ? 0 : norm.gamma().get(c));
    return new Op.BatchNorm(gamma, norm.beta(), norm.mean(), norm.variance(), norm.epsilon());
  }

  // ---- parts ----

  private static Certificate certificate(Rewrite rewrite) {
    return Verifier.certify(
        rewrite.before(),
        rewrite.replaced(),
        rewrite.after(),
        rewrite.result(),
        rewrite.boundary());
  }

  private static Fold fold(String name) {
    return Folder.ALL.stream()
        .filter(fold -> fold.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no fold is called " + name));
  }

  private static Map<String, Shape> outputs(Graph graph) {
    Map<String, Shape> outputs = new HashMap<>();
    graph.outputs().forEach(o -> outputs.put(o.name(), graph.node(o.id()).shape()));
    return outputs;
  }

  private static Stream<String> operators(Class<?> type) {
    return type.isInterface()
        ? Arrays.stream(type.getPermittedSubclasses())
            .flatMap(FoldConformanceTest::operators)
            .distinct()
        : Stream.of(name(type));
  }

  private static String name(Class<?> operator) {
    return operator.getSimpleName();
  }

  @Test
  void valueThatOthersReadCannotChangeUnseen() {
    Op relu = new Op.Activate(Activation.of(Activation.Kind.RELU));
    Graph before =
        Sketch.of(2, 4, 4).then("first", relu).then("second", relu).then("third", relu).gives();
    int first = Sketch.node(before, "first").id();
    int third = Sketch.node(before, "third").id();
    Op elu = new Op.Activate(Activation.of(Activation.Kind.ELU, 1));
    List<Integer> inputs = before.node(first).inputs();
    Graph after = before.edit().replace(first, List.of("first"), elu, inputs).build();
    Rewrite rewrite =
        new Rewrite("wrong", List.of("first"), before, third, after, third, List.of());
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, rewrite::requireConfined);
    assertThat(refused).hasMessageThat().isEqualTo("wrong changes 'first', which others read");
  }
}
