package dev.sinter.processor.plan;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.processor.fold.Folder;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.RandomGraphs;
import dev.sinter.processor.ir.RandomOps;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static final int ALIGNMENT = 16;
  private static final Op RELU = new Op.Activate(Activation.of(Activation.Kind.RELU));
  private static final Window.Pair ONE = new Window.Pair(1, 1);

  /** Random networks as they are declared, and folded; and some whose values share memory. */
  static Stream<Graph> graphs() {
    return Stream.concat(
        LongStream.range(0, 300)
            .mapToObj(RandomGraphs::of)
            .flatMap(graph -> Stream.of(graph, new Folder(Folder.ALL).fold(graph, rewrite -> {}))),
        LongStream.range(0, 1000).mapToObj(SharingGraphs::of));
  }

  // ---- memory ----

  /** Each step must find in the arena what it reads, and the end what the network gives. */
  @Test
  void valuesStayWhileTheyAreNeeded() {
    graphs()
        .map(Simulation::new)
        .forEach(
            simulation -> {
              simulation.graph.inputs().forEach(node -> simulation.assertThere(node.id()));
              for (Step step : simulation.plan.steps()) {
                step.node().inputs().forEach(simulation::assertThere);
                simulation.write(step.node());
              }
              simulation.graph.outputs().forEach(output -> simulation.assertThere(output.id()));
            });
  }

  /** A backend that does chains as one stores nothing between, and reads until it is done. */
  @Test
  void valuesStayWhileChainsNeedThem() {
    graphs()
        .map(Simulation::new)
        .forEach(
            simulation -> {
              for (List<Step> chain : simulation.plan.chains()) {
                List<Integer> read = chain.get(0).node().inputs();
                Step last = chain.get(chain.size() - 1);
                read.forEach(simulation::assertThere);
                if (chain.size() > 1 && last.adds()) {
                  simulation.assertThere(last.node().inputs().get(1));
                }
                simulation.write(last.node());
                if (chain.size() > 1) {
                  read.forEach(simulation::assertThere);
                }
              }
              simulation.graph.outputs().forEach(output -> simulation.assertThere(output.id()));
            });
  }

  /** Band by band, a chain writes rows while it still reads those below, and the rows around. */
  @Test
  void noChainWritesWhereItReads() {
    graphs()
        .flatMap(graph -> Plan.of(graph).chains().stream())
        .filter(chain -> chain.size() > 1)
        .forEach(
            chain -> {
              Step last = chain.get(chain.size() - 1);
              BitSet written = floats(last.output());
              assertWithMessage("%s", chain)
                  .that(floats(chain.get(0).inputs().get(0)).intersects(written))
                  .isFalse();
              if (last.adds() && !last.inputs().get(1).equals(last.output())) {
                assertWithMessage("%s", chain)
                    .that(floats(last.inputs().get(1)).intersects(written))
                    .isFalse();
              }
            });
  }

  /** Kernels write while they read; {@code Backend} says what some of them allow. */
  @Test
  void noStepWritesWhereItReads() {
    graphs()
        .flatMap(graph -> Plan.of(graph).steps().stream())
        .forEach(
            step -> {
              BitSet written = floats(step.output());
              if (step.op() instanceof Op.Concat) {
                written.andNot(inPlace(step));
              }
              int replaced = replaced(step);
              for (int k = 0; k < step.inputs().size(); k++) {
                boolean overlaps = floats(step.inputs().get(k)).intersects(written);
                assertWithMessage("%s", step).that(k != replaced && overlaps).isFalse();
              }
            });
  }

  /** The operand that the step writes over, or −1. */
  private static int replaced(Step step) {
    if (step.adds()) {
      return step.inputs().get(1).equals(step.output()) ? 1 : -1;
    }
    boolean one =
        step.op() instanceof Op.Activate
            || step.op() instanceof Op.Elementwise
            || step.op() instanceof Op.Affine;
    boolean two = step.op() instanceof Op.Add || step.op() instanceof Op.Multiply;
    int first = step.inputs().indexOf(step.output());
    return first < (one ? 1 : two ? 2 : 0) ? first : -1;
  }

  /** What a concatenation's operands are already there. */
  private static BitSet inPlace(Step concat) {
    BitSet there = new BitSet();
    int at = concat.output().offset();
    for (Region input : concat.inputs()) {
      if (input.offset() == at) {
        there.or(floats(input));
      }
      at += input.shape().channels();
    }
    return there;
  }

  private static BitSet floats(Region region) {
    BitSet floats = new BitSet();
    Arrays.stream(places(region)).forEach(floats::set);
    return floats;
  }

  // ---- sharing ----

  /** Two layers of a DenseNet, whose concatenations begin alike, and one of these. */
  @Test
  void concatenationsAreComputedInPlace() {
    Op.Concat concat = new Op.Concat();
    Graph graph =
        Sketch.of(4, 2, 2)
            .then("x", new RandomOps(5).conv(4, 8)) // 32 floats
            .then("a", new RandomOps(5).conv(8, 4)) // 16
            .then("xa", concat, "x", "a")
            .then("b", new RandomOps(5).conv(12, 4)) // 16
            .then("xab", concat, "x", "a", "b")
            .then("c", new RandomOps(5).conv(16, 4)) // 16
            .then("all", concat, "xab", "c")
            .then("last", new RandomOps(5).conv(20, 1))
            .gives();
    Plan plan = Plan.of(graph);
    assertThat(names(plan)).containsExactly("x", "a", "b", "c", "last").inOrder();
    int all = offset(plan, graph, "all");
    assertThat(offset(plan, graph, "x")).isEqualTo(all);
    assertThat(offset(plan, graph, "a")).isEqualTo(all + 8);
    assertThat(offset(plan, graph, "b")).isEqualTo(all + 12);
    assertThat(offset(plan, graph, "c")).isEqualTo(all + 16);
    assertThat(plan.arena()).isEqualTo(80 + 16);
  }

  @Test
  void valueIsAtOnePlaceOnly() {
    Graph graph =
        Sketch.of(4, 2, 2)
            .then("x", RELU)
            .then("twice", new Op.Concat(), "x", "x")
            .then("last", new RandomOps(5).conv(8, 1))
            .gives();
    Plan plan = Plan.of(graph);
    assertThat(names(plan)).containsExactly("x", "twice", "last").inOrder();
    assertThat(offset(plan, graph, "x")).isEqualTo(offset(plan, graph, "twice"));
  }

  @Test
  void channelsOfAValueAreNotCopied() {
    Graph graph =
        Sketch.of(4, 2, 2)
            .then("x", RELU)
            .then("head", new Op.Slice(0, 0, 1, 1), "x")
            .then("tail", new Op.Slice(0, 1, 4, 1), "x")
            .then("middle", new Op.Slice(0, 1, 2, 1), "tail")
            .then("odd", new Op.Slice(0, 1, 4, 2), "x")
            .then("row", new Op.Slice(1, 1, 2, 1), "x")
            .gives("head", "middle", "odd", "row");
    Plan plan = Plan.of(graph);
    assertThat(names(plan)).containsExactly("x", "odd", "row").inOrder();
    int x = offset(plan, graph, "x");
    assertThat(offset(plan, graph, "head")).isEqualTo(x);
    assertThat(offset(plan, graph, "tail")).isEqualTo(x + 1);
    assertThat(offset(plan, graph, "middle")).isEqualTo(x + 2);
  }

  /** The concatenation is large, and its first operand is early: its place is not kept for it. */
  @Test
  void sharingDoesNotCostMemory() {
    Graph graph =
        Sketch.of(1, 4, 4)
            .then("early", RELU) // 16 floats
            .then("wide", new RandomOps(5).conv(1, 50)) // 800
            .then("wider", new RandomOps(5).conv(50, 60)) // 960
            .then("narrow", new RandomOps(5).conv(60, 50)) // 800
            .then("joined", new Op.Concat(), "early", "narrow") // 816
            .then("last", new RandomOps(5).conv(51, 1))
            .gives();
    Plan plan = Plan.of(graph);
    assertThat(names(plan)).contains("joined");
    assertThat(plan.arena()).isEqualTo(16 + 800 + 960);
  }

  @Test
  void elementwiseOperatorsWriteWhereTheyRead() {
    RandomOps ops = new RandomOps(5);
    Graph graph =
        Sketch.of(4, 3, 3)
            .then("relu", RELU)
            .then("affine", ops.affine(4))
            .then("norm", ops.norm(4))
            .then("conv", ops.conv(4, 4).with(Activation.of(Activation.Kind.RELU)))
            .then("sum", new Op.Add(Activation.NONE), "conv", "norm")
            .then("pool", new Op.GlobalPool(Op.Pool.Kind.AVERAGE))
            .then("gated", new Op.Multiply(Activation.NONE), "pool", "sum")
            .gives();
    Plan plan = Plan.of(graph);
    int input = offset(plan, graph, "input");
    assertThat(offset(plan, graph, "relu")).isEqualTo(input);
    assertThat(offset(plan, graph, "affine")).isEqualTo(input);
    assertThat(offset(plan, graph, "norm")).isEqualTo(input);
    int conv = offset(plan, graph, "conv");
    assertThat(conv).isNotEqualTo(input);
    assertThat(offset(plan, graph, "sum")).isEqualTo(conv);
    assertThat(offset(plan, graph, "gated")).isEqualTo(conv);
  }

  /** Each for a reason of its own. */
  @Test
  void whatIsStillReadIsNotOverwritten() {
    Op.Add add = new Op.Add(Activation.NONE);
    Graph graph =
        Sketch.of(4, 2, 2)
            .then("a", RELU, "input") // the input is read again
            .then("b", RELU, "a") // a is an output
            .then("part", new Op.Slice(0, 0, 3, 1), "b")
            .then("c", RELU, "b") // a part of b is read again
            .then("d", add, "c", "c") // the other operand lies there too
            .then("e", add, "d", "input")
            .gives("e", "a", "part");
    Plan plan = Plan.of(graph);
    assertThat(offset(plan, graph, "a")).isNotEqualTo(offset(plan, graph, "input"));
    assertThat(offset(plan, graph, "b")).isNotEqualTo(offset(plan, graph, "a"));
    assertThat(offset(plan, graph, "c")).isNotEqualTo(offset(plan, graph, "b"));
    assertThat(offset(plan, graph, "d")).isNotEqualTo(offset(plan, graph, "c"));
  }

  private static List<String> names(Plan plan) {
    return plan.steps().stream().map(step -> step.node().name()).toList();
  }

  private static int offset(Plan plan, Graph graph, String name) {
    return plan.region(Sketch.node(graph, name).id()).offset();
  }

  /** Linear layers read maps, so that the elements need not be put in order. */
  @Test
  void viewsShareTheMemoryOfWhatTheyRead() {
    Graph graph =
        Sketch.of(2, 3, 4)
            .then("relu", RELU)
            .then("flat", new Op.Flatten())
            .then("drop", new Op.Identity())
            .then("fc", new RandomOps(5).linear(24, 3))
            .then("column", new Op.Reshape(Shape.of(3, 1, 1)))
            .gives();
    Plan plan = Plan.of(graph);
    assertThat(names(plan)).containsExactly("relu", "fc").inOrder();
    int relu = offset(plan, graph, "relu");
    Region map = new Region(relu, Shape.of(2, 3, 4), 2);
    assertThat(plan.region(Sketch.node(graph, "flat").id())).isEqualTo(map);
    assertThat(plan.region(Sketch.node(graph, "drop").id())).isEqualTo(map);
    assertThat(plan.region(Sketch.node(graph, "column").id()))
        .isEqualTo(new Region(offset(plan, graph, "fc"), Shape.of(3, 1, 1), 3));
  }

  @Test
  void flattenedMapIsPutInOrderForOtherReaders() {
    Graph graph =
        Sketch.of(2, 3, 4)
            .then("relu", RELU)
            .then("flat", new Op.Flatten())
            .then("fc", new RandomOps(5).linear(24, 3))
            .gives("flat", "fc");
    assertThat(names(Plan.of(graph))).containsExactly("relu", "flat", "fc").inOrder();
  }

  @Test
  void everyBlockBeginsACacheLine() {
    graphs()
        .forEach(
            graph -> {
              Plan plan = Plan.of(graph);
              assertThat(plan.arena() % ALIGNMENT).isEqualTo(0);
              if (graph.nodes().stream().noneMatch(PlanTest::joinsOrTakesApart)) {
                plan.regions()
                    .values()
                    .forEach(region -> assertThat(region.offset() % ALIGNMENT).isEqualTo(0));
              }
            });
  }

  private static boolean joinsOrTakesApart(Node node) {
    return node.op() instanceof Op.Concat || node.op() instanceof Op.Slice;
  }

  /** What a step reads and writes is alive at once, so no bound is lower. */
  @Test
  void arenaIsAtLeastTheLowerBound() {
    graphs()
        .forEach(
            graph -> {
              Plan plan = Plan.of(graph);
              assertThat((long) plan.arena()).isAtLeast(plan.lowerBound());
              for (Step step : plan.steps()) {
                BitSet floats = floats(step.output());
                step.inputs().forEach(input -> floats.or(floats(input)));
                assertThat(plan.lowerBound()).isAtLeast(floats.cardinality());
              }
            });
  }

  /** A value in every second place at the beginning, the others behind the largest of these. */
  @Test
  void chainTakesNoMoreThanTwoNeighbours() {
    Graph graph =
        Sketch.of(3, 9, 9) // 243, so 256 floats
            .then("conv1", new RandomOps(5).conv(3, 8)) // 648, so 656
            .then("conv2", new RandomOps(5).conv(8, 8)) // the same
            .then("pool", pool(3)) // 72, so 80
            .then("flat", new Op.Flatten())
            .then("fc", new RandomOps(5).linear(72, 10)) // 10, so 16
            .gives();
    Plan plan = Plan.of(graph);
    assertThat(plan.lowerBound()).isEqualTo(656 + 656);
    assertThat(plan.arena()).isEqualTo(656 + 656);
  }

  /** A residual is alive across the layers that it goes around. */
  @Test
  void residualIsCounted() {
    Graph graph =
        Sketch.of(1, 4, 4)
            .then("a", new RandomOps(5).conv(1, 1))
            .then("b", new RandomOps(5).conv(1, 1))
            .then("softmax", new Op.Softmax())
            .then("sum", new Op.Add(Activation.NONE), "softmax", "input")
            .gives();
    assertThat(Plan.of(graph).lowerBound()).isEqualTo(3 * 16);
    assertThat(Plan.of(graph).arena()).isEqualTo(3 * 16);
  }

  @Test
  void moreThanAnArrayHoldsIsRefusedWithTheFigure() {
    Graph graph = Sketch.of(1, 40_000, 30_000).then("softmax", new Op.Softmax()).gives();
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Plan.of(graph));
    assertThat(refused)
        .hasMessageThat()
        .isEqualTo("needs 2,400,000,000 floats of working memory; an array holds 2,147,483,647");
  }

  // ---- steps ----

  @Test
  void stepsAreTheOperatorsInTheGraphsOrder() {
    graphs()
        .forEach(
            graph -> {
              List<Node> all = Residuals.fused(graph);
              List<Node> nodes = Plan.of(graph).steps().stream().map(Step::node).toList();
              assertThat(nodes).isEqualTo(all.stream().filter(nodes::contains).toList());
              for (Node node : all) {
                if (!joinsOrTakesApart(node) && !changesShape(node)) {
                  assertThat(nodes.contains(node)).isEqualTo(!hasNoKernel(node.op()));
                }
              }
            });
  }

  @Test
  void stepsReadAndWriteTheRegionsOfTheirValues() {
    graphs()
        .map(Plan::of)
        .forEach(
            plan -> {
              for (Step step : plan.steps()) {
                assertThat(step.inputs())
                    .isEqualTo(step.node().inputs().stream().map(plan::region).toList());
                assertThat(step.output()).isEqualTo(plan.region(step.node().id()));
                assertThat(step.output().shape()).isEqualTo(step.node().shape());
                assertThat(step.output().pixelStride()).isAtLeast(step.output().shape().channels());
              }
            });
  }

  @Test
  void operatorsAreLoweredToWhatKernelsThereAre() {
    Set<Class<?>> kinds = new LinkedHashSet<>();
    graphs()
        .flatMap(graph -> Plan.of(graph).steps().stream())
        .forEach(step -> kinds.add(step.op().getClass()));
    assertThat(kinds)
        .containsExactly(
            Op.Conv.class,
            Op.ConvTranspose.class,
            Op.Multiply.class,
            Op.Concat.class,
            Op.Flatten.class,
            Op.Reshape.class,
            Op.Slice.class,
            Op.ChannelShuffle.class,
            Op.Pad.class,
            Op.Upsample.class,
            Op.Linear.class,
            Op.Affine.class,
            Op.Activate.class,
            Op.Pool.class,
            Op.Add.class,
            Op.Softmax.class,
            Op.Constant.class,
            Op.Elementwise.class,
            Op.Binary.class,
            Op.Reduce.class,
            Op.Normalization.class,
            Op.Rearrange.class,
            Op.Resample.class);
  }

  /**
   * A batch normalization rounds 6 times and the affine 2, its constants 5 times; a mean of n
   * rounds n times either way, and here n ≤ 600: all within 1e-12 of the magnitude.
   */
  @Test
  void loweredOperatorComputesTheSame() {
    graphs()
        .forEach(
            graph -> {
              Map<Integer, Value> values = values(graph);
              for (Step step : Plan.of(graph).steps()) {
                Value expected = values.get(step.node().id());
                Value actual = run(step, values);
                for (int i = 0; i < expected.size(); i++) {
                  assertWithMessage("%s", step)
                      .that(actual.value(i))
                      .isWithin(1e-12 * expected.magnitude(i))
                      .of(expected.value(i));
                }
              }
            });
  }

  // ---- parts ----

  private static boolean hasNoKernel(Op op) {
    return op instanceof Op.Input || op instanceof Op.Identity;
  }

  private static boolean changesShape(Node node) {
    return node.op() instanceof Op.Flatten || node.op() instanceof Op.Reshape;
  }

  private static Map<Integer, Value> values(Graph graph) {
    RandomOps ops = new RandomOps(6);
    Map<Integer, double[]> inputs = new HashMap<>();
    graph.inputs().forEach(node -> inputs.put(node.id(), ops.elements(node.shape())));
    return Interpreter.run(graph, inputs);
  }

  /** What a step's operator makes of the values that it reads. */
  private static Value run(Step step, Map<Integer, Value> values) {
    Graph.Builder graph = Graph.builder();
    Map<Integer, double[]> inputs = new HashMap<>();
    List<Integer> ids = new ArrayList<>();
    for (int input : step.node().inputs()) {
      Value value = values.get(input);
      int id = graph.add("x", new Op.Input(value.shape()), List.of());
      inputs.put(id, value.values());
      ids.add(id);
    }
    int result =
        step.adds()
            ? ResidualsTest.apart((Op.Conv) step.op(), ids, graph)
            : graph.add("y", step.op(), ids);
    return Interpreter.run(graph.output("y", result).build(), inputs).get(result);
  }

  /** A graph's values in the arena that its plan has for them, the inputs at first. */
  private static final class Simulation {
    final Graph graph;
    final Plan plan;
    private final Map<Integer, Value> values;
    private final double[] arena;

    Simulation(Graph graph) {
      this.graph = graph;
      plan = Plan.of(graph);
      values = values(graph);
      arena = new double[plan.arena()];
      Arrays.fill(arena, Double.NaN);
      graph.inputs().forEach(this::write);
    }

    void write(Node node) {
      double[] elements = values.get(node.id()).values();
      int[] places = places(plan.region(node.id()));
      for (int i = 0; i < elements.length; i++) {
        arena[places[i]] = elements[i];
      }
    }

    void assertThere(int id) {
      assertWithMessage("%s", graph.node(id).name())
          .that(Arrays.stream(places(plan.region(id))).mapToDouble(i -> arena[i]).toArray())
          .isEqualTo(values.get(id).values());
    }
  }

  /** Where each element lies, in the order [C, H, W]. */
  private static int[] places(Region region) {
    int plane = (int) region.shape().plane();
    return IntStream.range(0, (int) region.shape().size())
        .map(i -> region.offset() + i % plane * region.pixelStride() + i / plane)
        .toArray();
  }

  private static Op pool(int size) {
    Window.Pair pair = new Window.Pair(size, size);
    return new Op.Pool(
        Op.Pool.Kind.MAX, new Window(pair, pair, ONE, Window.Padding.NONE), false, false);
  }
}
