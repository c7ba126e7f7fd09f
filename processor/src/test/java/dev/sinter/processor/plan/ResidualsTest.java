package dev.sinter.processor.plan;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.RandomOps;
import dev.sinter.processor.ir.Sketch;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ResidualsTest {
  private static final Activation RELU = Activation.of(Activation.Kind.RELU);
  private static final Op.Add SUM = new Op.Add(RELU);

  private final RandomOps ops = new RandomOps(3);

  /** The convolution without its addend, and the sum. */
  static int apart(Op.Conv conv, List<Integer> inputs, Graph.Builder graph) {
    int convolved = graph.add("c", conv.with(Activation.NONE), List.of(inputs.get(0)));
    return graph.add("y", new Op.Add(conv.activation()), List.of(convolved, inputs.get(1)));
  }

  private Op.Conv conv() {
    return ops.conv(4, 4);
  }

  private static List<String> steps(Graph graph) {
    return Plan.of(graph).steps().stream()
        .map(step -> String.join(" + ", step.node().fields()))
        .toList();
  }

  @Test
  void convolutionAddsWhatItsBlockWasGiven() {
    Op.Conv last = conv();
    Graph graph =
        Sketch.of(4, 5, 6)
            .then("stem", conv().with(RELU))
            .then("conv1", conv().with(RELU))
            .then("conv2", last)
            .then("sum", SUM, "conv2", "stem")
            .then("next", conv())
            .gives();
    assertThat(steps(graph)).containsExactly("stem", "conv1", "conv2 + sum", "next").inOrder();

    Plan plan = Plan.of(graph);
    Step step = plan.steps().get(2);
    Node sum = Sketch.node(graph, "sum");
    assertThat(step.adds()).isTrue();
    assertThat(step.op()).isEqualTo(last.with(RELU));
    assertThat(step.node().id()).isEqualTo(sum.id());
    assertThat(step.inputs())
        .containsExactly(
            plan.region(Sketch.node(graph, "conv1").id()),
            plan.region(Sketch.node(graph, "stem").id()))
        .inOrder();
    assertThat(plan.regions()).doesNotContainKey(Sketch.node(graph, "conv2").id());
  }

  /** The sum lies where its addend did: two values are alive at once, not three. */
  @Test
  void sumOverwritesItsAddend() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("stem", conv())
            .then("conv1", conv())
            .then("conv2", conv())
            .then("sum", SUM, "stem", "conv2")
            .then("last", conv())
            .gives();
    Plan plan = Plan.of(graph);
    assertThat(plan.region(Sketch.node(graph, "sum").id()))
        .isEqualTo(plan.region(Sketch.node(graph, "stem").id()));
    assertThat(plan.arena()).isEqualTo(2 * 64);
  }

  /** A kernel reads the rows around those that it has written. */
  @Test
  void sumDoesNotOverwriteWhatItsConvolutionReads() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("stem", conv())
            .then("conv", conv())
            .then("sum", SUM, "conv", "stem")
            .gives();
    Plan plan = Plan.of(graph);
    assertThat(steps(graph)).containsExactly("stem", "conv + sum").inOrder();
    assertThat(plan.region(Sketch.node(graph, "sum").id()))
        .isNotEqualTo(plan.region(Sketch.node(graph, "stem").id()));
  }

  @Test
  void sumDoesNotOverwriteWhatIsReadLater() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("stem", conv())
            .then("conv1", conv())
            .then("conv2", conv())
            .then("sum", SUM, "conv2", "stem")
            .then("later", new Op.Multiply(Activation.NONE), "sum", "stem")
            .gives();
    Plan plan = Plan.of(graph);
    assertThat(plan.region(Sketch.node(graph, "sum").id()))
        .isNotEqualTo(plan.region(Sketch.node(graph, "stem").id()));
  }

  @Test
  void ofTwoConvolutionsTheLaterOneAdds() {
    for (String[] order : new String[][] {{"conv2", "shortcut"}, {"shortcut", "conv2"}}) {
      Graph graph =
          Sketch.of(4, 4, 4)
              .then("conv1", conv())
              .then("conv2", conv())
              .then("shortcut", conv(), "input")
              .then("sum", SUM, order)
              .gives();
      assertThat(steps(graph)).containsExactly("conv1", "conv2", "shortcut + sum").inOrder();
    }
  }

  /** Each adds the sum before. */
  @Test
  void sumsOfSums() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("conv1", conv())
            .then("sum1", SUM, "conv1", "input")
            .then("conv2", conv())
            .then("sum2", SUM, "conv2", "sum1")
            .gives();
    assertThat(steps(graph)).containsExactly("conv1 + sum1", "conv2 + sum2").inOrder();
  }

  // ---- preconditions ----

  @Test
  void convolutionThatAnotherReadsStays() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("conv", conv())
            .then("other", conv())
            .then("sum", SUM, "conv", "input")
            .gives("sum", "other");
    assertThat(steps(graph)).containsExactly("conv", "other", "sum").inOrder();
  }

  @Test
  void convolutionThatIsAddedToItselfStays() {
    Graph graph = Sketch.of(4, 4, 4).then("conv", conv()).then("sum", SUM, "conv", "conv").gives();
    assertThat(steps(graph)).containsExactly("conv", "sum").inOrder();
  }

  @Test
  void convolutionThatIsAnOutputStays() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("conv", conv())
            .then("sum", SUM, "conv", "input")
            .gives("sum", "conv");
    assertThat(steps(graph)).containsExactly("conv", "sum").inOrder();
  }

  @Test
  void convolutionWithAnActivationStays() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("conv", conv().with(RELU))
            .then("sum", SUM, "conv", "input")
            .gives();
    assertThat(steps(graph)).containsExactly("conv", "sum").inOrder();
  }

  @Test
  void sumOfThreeStays() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("relu", new Op.Activate(RELU))
            .then("conv", conv())
            .then("sum", SUM, "conv", "relu", "input")
            .gives();
    assertThat(steps(graph)).containsExactly("relu", "conv", "sum").inOrder();
  }

  @Test
  void convolutionDoesNotWaitForItsAddend() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("conv", conv())
            .then("relu", new Op.Activate(RELU), "input")
            .then("sum", SUM, "conv", "relu")
            .gives();
    assertThat(steps(graph)).containsExactly("conv", "relu", "sum").inOrder();
  }

  @Test
  void otherProducersStay() {
    Graph graph =
        Sketch.of(4, 4, 4)
            .then("pool", new Op.GlobalPool(Op.Pool.Kind.MAX))
            .then("flat", new Op.Flatten())
            .then("fc", ops.linear(4, 4))
            .then("sum", SUM, "fc", "flat")
            .gives();
    assertThat(steps(graph)).containsExactly("pool", "fc", "sum").inOrder();
  }

  /** So that what other tests say of random graphs is said of these sums too. */
  @Test
  void randomGraphsHaveSuchSums() {
    long sums =
        PlanTest.graphs()
            .flatMap(graph -> Plan.of(graph).steps().stream())
            .filter(Step::adds)
            .count();
    assertThat(sums).isAtLeast(50L);
    long inPlace =
        LongStream.range(0, 1000)
            .mapToObj(SharingGraphs::of)
            .flatMap(graph -> Plan.of(graph).steps().stream())
            .filter(step -> step.adds() && step.inputs().get(1).equals(step.output()))
            .count();
    assertThat(inPlace).isAtLeast(20L);
  }
}
