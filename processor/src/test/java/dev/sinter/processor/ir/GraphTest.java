package dev.sinter.processor.ir;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class GraphTest {
  private static final Op RELU = new Op.Activate(Activation.of(Activation.Kind.RELU));
  private static final Op ADD = new Op.Add(Activation.NONE);
  private static final Op DROPOUT = new Op.Identity();

  private final RandomOps ops = new RandomOps(1);

  @Test
  void shapesAreInferred() {
    Graph graph =
        Sketch.of(3, 8, 8)
            .then("conv", ops.conv(3, 5))
            .then("flat", new Op.Flatten())
            .then("fc", ops.linear(5 * 64, 10))
            .gives();
    assertThat(shapes(graph))
        .containsExactly(Shape.of(3, 8, 8), Shape.of(5, 8, 8), Shape.of(320), Shape.of(10))
        .inOrder();
  }

  @Test
  void whatDoesNotFitCannotBeBuilt() {
    Sketch sketch = Sketch.of(3, 8, 8);
    assertRefused(() -> sketch.then("conv", ops.conv(4, 5)), "the input is [3, 8, 8]");
    assertRefused(() -> sketch.then("bn", ops.norm(4)), "has 4 channels; the input is [3, 8, 8]");
    assertRefused(() -> sketch.then("fc", ops.linear(192, 10)), "needs a vector [C]");
    assertRefused(() -> sketch.then("sum", ADD), "needs two values or more");
    sketch.then("conv", ops.conv(3, 5));
    assertRefused(() -> sketch.then("sum", ADD, "conv", "input"), "values of different shapes");
    assertRefused(() -> Graph.builder().build(), "a graph without output");
  }

  @Test
  void valueThatNoArrayHoldsIsRefused() {
    Window.Pair one = new Window.Pair(1, 1);
    Window.Padding wide = new Window.Padding(40_000, 40_000, 40_000, 40_000);
    Op pad = ops.conv(new Window(one, one, one, wide), 1, 1, 1, false);
    assertRefused(() -> Sketch.of(1, 8, 8).then("conv", pad), "gives [1, 80008, 80008]");
  }

  /** A window without a tap inside the map has no largest element. */
  @Test
  void poolThatCouldMissTheMapIsRefused() {
    String reason = "so that a window could lie outside the map";
    assertRefused(() -> Sketch.of(1, 8).then("pool", maxPool(3, 1, 2)), reason);
    assertRefused(() -> Sketch.of(1, 8).then("pool", maxPool(2, 1, 1 << 30)), reason);
    assertRefused(() -> Sketch.of(1, 1).then("pool", maxPool(2, 2, 1)), reason);
    Graph graph = Sketch.of(1, 2).then("pool", maxPool(2, 2, 1)).gives();
    assertThat(shapes(graph)).containsExactly(Shape.of(1, 2), Shape.of(1, 2));
  }

  @Test
  void valuesThatNothingReadsAreLeftOut() {
    Graph graph =
        Sketch.of(3, 8, 8)
            .then("used", RELU)
            .then("unused", ops.conv(3, 3))
            .then("unusedToo", RELU)
            .gives("used");
    assertThat(names(graph)).containsExactly("input", "used").inOrder();
  }

  @Test
  void inputsStayThoughNothingReadsThem() {
    Graph.Builder builder = Graph.builder();
    int first = builder.add("first", new Op.Input(Shape.of(2)), List.of());
    builder.add("second", new Op.Input(Shape.of(3)), List.of());
    Graph graph = builder.output("first", first).build();
    assertThat(graph.inputs()).hasSize(2);
  }

  @Test
  void eachReadingCounts() {
    Graph graph =
        Sketch.of(3)
            .then("a", RELU)
            .then("b", RELU)
            .then("sum", ADD, "a", "b", "b")
            .then("c", RELU)
            .gives("c", "sum");
    assertThat(graph.consumers(Sketch.node(graph, "b"))).hasSize(2);
    assertThat(graph.hasOneUse(Sketch.node(graph, "a"))).isFalse();
    assertThat(graph.hasOneUse(Sketch.node(graph, "b"))).isFalse();
    assertThat(graph.hasOneUse(Sketch.node(graph, "input"))).isTrue();
    assertThat(graph.isOutput(Sketch.node(graph, "sum"))).isTrue();
    assertThat(graph.hasOneUse(Sketch.node(graph, "sum"))).isFalse();
  }

  @Test
  void editingLeavesTheOriginal() {
    Graph graph = Sketch.of(3).then("a", RELU).then("b", DROPOUT).then("c", RELU).gives();
    Graph edited = graph.edit().redirect(2, 1).build();
    assertThat(names(graph)).containsExactly("input", "a", "b", "c").inOrder();
    assertThat(names(edited)).containsExactly("input", "a", "c").inOrder();
    assertThat(edited.producer(Sketch.node(edited, "c"))).isEqualTo(Sketch.node(graph, "a"));
  }

  @Test
  void redirectedOutputKeepsItsName() {
    Graph graph = Sketch.of(3).then("a", RELU).then("b", DROPOUT).gives("b", "a");
    Graph edited = graph.edit().redirect(2, 1).build();
    assertThat(edited.outputs())
        .containsExactly(new Graph.Output("b", 1), new Graph.Output("a", 1))
        .inOrder();
  }

  @Test
  void replacementHasTheSameShape() {
    Graph graph = Sketch.of(3, 8, 8).then("conv", ops.conv(3, 5)).gives();
    Op other = ops.conv(3, 5);
    Graph edited = graph.edit().replace(1, List.of("other"), other, List.of(0)).build();
    assertThat(Sketch.node(edited, "other").op()).isSameInstanceAs(other);
    assertRefused(
        () -> graph.edit().replace(1, List.of("other"), ops.conv(3, 4), List.of(0)),
        "gives [4, 8, 8] in place of [5, 8, 8]");
  }

  /** A new value may be read by one that was there before it. */
  @Test
  void valuesComeAfterWhatTheyRead() {
    Graph graph = Sketch.of(3).then("a", RELU).then("b", RELU).gives();
    Graph.Builder builder = graph.edit();
    int later = builder.add("later", ops.norm(3), List.of(0));
    Graph edited = builder.replace(1, List.of("a"), RELU, List.of(later)).build();
    assertThat(names(edited)).containsExactly("input", "later", "a", "b").inOrder();
  }

  @Test
  void cycleIsRefused() {
    Graph graph = Sketch.of(3).then("a", RELU).then("b", RELU).gives();
    Graph.Builder builder = graph.edit().replace(1, List.of("a"), RELU, List.of(2));
    assertRefused(builder::build, "a cycle through 'a'");
  }

  @Test
  void fragmentReadsItsBoundaryOnOtherShapes() {
    Graph graph =
        Sketch.of(3, 8, 8)
            .then("before", RELU)
            .then("conv", ops.conv(3, 5))
            .then("bn", ops.norm(5))
            .then("after", RELU)
            .gives();
    Graph fragment = graph.fragment(Map.of(1, Shape.of(3, 4, 4)), 3);
    assertThat(names(fragment)).containsExactly("before", "conv", "bn").inOrder();
    assertThat(fragment.node(1).op()).isEqualTo(new Op.Input(Shape.of(3, 4, 4)));
    assertThat(fragment.node(3).shape()).isEqualTo(Shape.of(5, 4, 4));
    assertRefused(() -> graph.fragment(Map.of(1, Shape.of(4, 4, 4)), 3), "the input is [4, 4, 4]");
    assertThrows(IllegalArgumentException.class, () -> graph.fragment(Map.of(), 9));
  }

  @Test
  void roundedConstantsAreFloats() {
    Op affine = new Op.Affine(Tensor.vector(0.1), Tensor.vector(1 / 3.0), Activation.NONE);
    Op norm =
        new Op.BatchNorm(Tensor.vector(1), Tensor.vector(0), Tensor.vector(0), Tensor.vector(3), 0);
    Graph rounded = Sketch.of(1).then("affine", affine).then("bn", norm).gives().rounded();
    Op.Affine first = (Op.Affine) Sketch.node(rounded, "affine").op();
    assertThat(first.scale().get(0)).isEqualTo((double) 0.1f);
    assertThat(first.shift().get(0)).isEqualTo((double) (float) (1 / 3.0));
    Op.Affine second = (Op.Affine) Sketch.node(rounded, "bn").op();
    assertThat(second.scale().get(0)).isEqualTo((double) (float) (1 / Math.sqrt(3)));
  }

  @Test
  void parametersAndMultiplicationsAreCounted() {
    Graph graph =
        Sketch.of(3, 8, 8)
            .then("conv", ops.conv(3, 5)) // 5·27 + 5; 27·320
            .then("bn", ops.norm(5)) // 4·5; 320
            .then("relu", RELU)
            .gives();
    assertThat(graph.parameters()).isEqualTo(140 + 20);
    assertThat(graph.macs()).isEqualTo(27 * 320 + 320);
  }

  /** Of one row. */
  private static Op maxPool(int kernel, int dilation, int padding) {
    Window.Pair one = new Window.Pair(1, 1);
    Window.Padding both = new Window.Padding(0, padding, 0, padding);
    Window window = new Window(new Window.Pair(1, kernel), one, new Window.Pair(1, dilation), both);
    return new Op.Pool(Op.Pool.Kind.MAX, window, false, false);
  }

  private static List<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).toList();
  }

  private static List<Shape> shapes(Graph graph) {
    return graph.nodes().stream().map(Node::shape).toList();
  }

  private static void assertRefused(Executable build, String reason) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, build);
    assertThat(refused).hasMessageThat().contains(reason);
  }
}
