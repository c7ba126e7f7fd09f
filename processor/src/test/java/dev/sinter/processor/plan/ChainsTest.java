package dev.sinter.processor.plan;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.RandomOps;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Window;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ChainsTest {
  private static final Activation RELU6 = Activation.of(Activation.Kind.CLIP, 0, 6);
  private static final Op.Add SUM = new Op.Add(Activation.NONE);
  private static final Window POINT = window(1, 1, 0);

  private final RandomOps ops = new RandomOps(9);

  private static Window window(int kernel, int stride, int padding) {
    Window.Pair one = new Window.Pair(1, 1);
    return new Window(
        new Window.Pair(kernel, kernel),
        new Window.Pair(stride, stride),
        one,
        new Window.Padding(padding, padding, padding, padding));
  }

  private Op.Conv point(int in, int out) {
    return ops.conv(POINT, 1, in, out, true);
  }

  private Op.Conv depthwise(int channels, int stride) {
    return ops.conv(window(3, stride, 1), channels, channels, channels, true).with(RELU6);
  }

  /** The steps in their order, those of a chain joined by arrows. */
  private static List<String> chains(Graph graph) {
    return Plan.of(graph).chains().stream()
        .map(
            chain ->
                chain.stream()
                    .map(step -> String.join(" + ", step.node().fields()))
                    .collect(Collectors.joining(" → ")))
        .toList();
  }

  /** A block of MobileNetV2 without its sum. */
  private Sketch block() {
    return Sketch.of(4, 6, 5)
        .then("expand", point(4, 24).with(RELU6))
        .then("depthwise", depthwise(24, 1))
        .then("project", point(24, 4));
  }

  // ---- chains ----

  @Test
  void invertedResidual() {
    assertThat(chains(block().gives())).containsExactly("expand → depthwise → project");
    assertThat(chains(block().then("sum", SUM, "project", "input").gives()))
        .containsExactly("expand → depthwise → project + sum");
  }

  /** As in MobileNetV1: a 1 × 1 convolution does not expand for the next if it projects. */
  @Test
  void separableConvolutions() {
    Graph graph =
        Sketch.of(3, 8, 8)
            .then("stem", ops.conv(3, 8))
            .then("depthwise1", depthwise(8, 1))
            .then("point1", point(8, 16).with(RELU6))
            .then("depthwise2", depthwise(16, 2))
            .then("point2", point(16, 16).with(RELU6))
            .gives();
    assertThat(chains(graph))
        .containsExactly("stem", "depthwise1 → point1", "depthwise2 → point2")
        .inOrder();
  }

  /** As where a squeeze-and-excitation follows: what the chain gives may be read by many. */
  @Test
  void expansionWithoutProjection() {
    Graph graph =
        Sketch.of(4, 6, 5)
            .then("expand", point(4, 8))
            .then("depthwise", depthwise(8, 2))
            .then("pool", new Op.GlobalPool(Op.Pool.Kind.AVERAGE))
            .then("gated", new Op.Multiply(Activation.NONE), "pool", "depthwise")
            .then("project", point(8, 4))
            .gives();
    assertThat(chains(graph))
        .containsExactly("expand → depthwise", "pool", "gated", "project")
        .inOrder();
  }

  // ---- preconditions ----

  @Test
  void depthwiseAloneIsNoChain() {
    Graph graph =
        Sketch.of(4, 6, 5).then("one", depthwise(4, 1)).then("other", depthwise(4, 1)).gives();
    assertThat(chains(graph)).containsExactly("one", "other").inOrder();
  }

  @Test
  void pointsAloneAreNoChain() {
    Graph graph = Sketch.of(4, 6, 5).then("one", point(4, 8)).then("other", point(8, 4)).gives();
    assertThat(chains(graph)).containsExactly("one", "other").inOrder();
  }

  @Test
  void outputsAreStored() {
    assertThat(chains(block().gives("expand", "project")))
        .containsExactly("expand", "depthwise → project")
        .inOrder();
    assertThat(chains(block().gives("depthwise", "project")))
        .containsExactly("expand → depthwise", "project")
        .inOrder();
  }

  @Test
  void whatOthersReadIsStored() {
    Op.Softmax softmax = new Op.Softmax();
    assertThat(chains(block().then("other", softmax, "expand").gives("project", "other")))
        .containsExactly("expand", "depthwise → project", "other")
        .inOrder();
    assertThat(chains(block().then("other", softmax, "depthwise").gives("project", "other")))
        .containsExactly("expand → depthwise", "project", "other")
        .inOrder();
  }

  /** Of the steps between, only the last may add something. */
  @Test
  void expansionDoesNotAdd() {
    Graph graph =
        Sketch.of(4, 6, 5)
            .then("expand", point(4, 4))
            .then("sum", SUM, "expand", "input")
            .then("depthwise", depthwise(4, 1))
            .then("project", point(4, 6))
            .gives();
    assertThat(chains(graph)).containsExactly("expand + sum", "depthwise → project").inOrder();
  }

  @Test
  void depthwiseDoesNotAdd() {
    Graph graph =
        Sketch.of(4, 6, 5)
            .then("expand", point(4, 4))
            .then("depthwise", depthwise(4, 1).with(Activation.NONE))
            .then("sum", SUM, "depthwise", "input")
            .then("project", point(4, 6))
            .gives();
    assertThat(chains(graph)).containsExactly("expand", "depthwise + sum", "project").inOrder();
  }

  /** The 1 × 1 convolution adds what was filtered to a product of something else. */
  @Test
  void addendIsNotWhatIsProjected() {
    Graph graph =
        Sketch.of(4, 6, 5)
            .then("depthwise", depthwise(4, 1))
            .then("project", point(4, 4), "input")
            .then("sum", SUM, "project", "depthwise")
            .gives();
    assertThat(chains(graph)).containsExactly("depthwise", "project + sum").inOrder();
  }

  @Test
  void otherStepsDoNotComeBetween() {
    Graph graph =
        Sketch.of(4, 6, 5)
            .then("expand", point(4, 8))
            .then("other1", new Op.Softmax(), "input")
            .then("depthwise", depthwise(8, 1), "expand")
            .then("other2", new Op.Softmax(), "other1")
            .then("project", point(8, 4), "depthwise")
            .gives("project", "other2");
    assertThat(chains(graph))
        .containsExactly("expand", "other1", "depthwise", "other2", "project")
        .inOrder();
  }

  @Test
  void onlyPlainPointsExpandAndProject() {
    List<Op.Conv> others =
        List.of(
            ops.conv(4, 4),
            ops.conv(window(1, 2, 0), 1, 4, 4, true),
            ops.conv(window(1, 1, 1), 1, 4, 4, true),
            ops.conv(POINT, 2, 4, 4, true));
    for (Op.Conv other : others) {
      Graph graph =
          Sketch.of(4, 6, 5)
              .then("expand", other)
              .then("depthwise", depthwise(4, 1))
              .then("project", other)
              .gives();
      assertThat(chains(graph)).containsExactly("expand", "depthwise", "project").inOrder();
    }
  }

  @Test
  void onlyOneFilterForEachChannelIsDepthwise() {
    for (Op.Conv other :
        List.of(
            ops.conv(window(3, 1, 1), 2, 4, 4, true), // two channels a group
            ops.conv(window(3, 1, 1), 4, 4, 8, true))) { // two filters a channel
      int filtered = other.outputs();
      Graph graph =
          Sketch.of(4, 6, 5)
              .then("expand", point(4, 4))
              .then("grouped", other)
              .then("project", point(filtered, 4))
              .gives();
      assertThat(chains(graph)).containsExactly("expand", "grouped", "project").inOrder();
    }
  }

  @Test
  void sequencesHaveNoBandsOfRows() {
    Window row =
        new Window(
            new Window.Pair(1, 3),
            new Window.Pair(1, 1),
            new Window.Pair(1, 1),
            new Window.Padding(0, 1, 0, 1));
    Graph graph =
        Sketch.of(4, 9)
            .then("depthwise", ops.conv(row, 4, 4, 4, true))
            .then("project", point(4, 4))
            .gives();
    assertThat(chains(graph)).containsExactly("depthwise", "project").inOrder();
  }

  // ---- memory ----

  /** Two values between would do step by step; the input stays beside them. */
  @Test
  void inputStaysUntilTheResultIsWritten() {
    Graph graph =
        Sketch.of(4, 4, 4) // 64 floats
            .then("expand", point(4, 8)) // 128
            .then("depthwise", depthwise(8, 1)) // 128
            .then("project", point(8, 4)) // 64
            .gives();
    Plan plan = Plan.of(graph);
    assertThat(plan.lowerBound()).isEqualTo(64 + 128 + 128);
    assertThat(plan.arena()).isEqualTo(64 + 128 + 128);
  }

  /** The chain reads the rows around those that it has written. */
  @Test
  void sumDoesNotOverwriteWhatItsChainReads() {
    Plan plan = Plan.of(block().then("sum", SUM, "project", "input").gives());
    List<Step> chain = plan.chains().get(0);
    assertThat(chain.get(2).inputs().get(1)).isEqualTo(chain.get(0).inputs().get(0));
    assertThat(chain.get(2).output()).isNotEqualTo(chain.get(0).inputs().get(0));
  }

  /** Of anything else, each element is read before the sum takes its place. */
  @Test
  void sumOverwritesAnotherAddend() {
    Graph graph =
        Sketch.of(4, 6, 5)
            .then("shortcut", ops.conv(4, 4))
            .then("expand", point(4, 24), "input")
            .then("depthwise", depthwise(24, 1))
            .then("project", point(24, 4))
            .then("sum", SUM, "project", "shortcut")
            .gives();
    List<Step> chain = Plan.of(graph).chains().get(1);
    assertThat(chain).hasSize(3);
    assertThat(chain.get(2).output()).isEqualTo(chain.get(2).inputs().get(1));
  }

  /** So that what {@link PlanTest} says of random graphs is said of chains too. */
  @Test
  void randomGraphsHaveChains() {
    List<List<Step>> chains =
        PlanTest.graphs()
            .flatMap(graph -> Plan.of(graph).chains().stream())
            .filter(chain -> chain.size() > 1)
            .toList();
    List<List<Step>> sums = chains.stream().filter(chain -> last(chain).adds()).toList();
    assertThat(chains.stream().filter(chain -> chain.size() == 3).count()).isAtLeast(100L);
    assertThat(chains.stream().filter(chain -> chain.size() == 2).count()).isAtLeast(100L);
    assertThat(sums.stream().filter(ChainsTest::addsItsInput).count()).isAtLeast(30L);
    assertThat(sums.stream().filter(ChainsTest::isInPlace).count()).isAtLeast(10L);
  }

  private static boolean addsItsInput(List<Step> chain) {
    return last(chain).inputs().get(1).equals(chain.get(0).inputs().get(0));
  }

  private static boolean isInPlace(List<Step> chain) {
    return last(chain).inputs().get(1).equals(last(chain).output());
  }

  private static Step last(List<Step> chain) {
    return chain.get(chain.size() - 1);
  }
}
