package dev.sinter.processor.fold;

import static dev.sinter.processor.fold.CounterExample.OPS;
import static dev.sinter.processor.fold.CounterExample.RELU;
import static dev.sinter.processor.fold.CounterExample.TANH;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counter-examples of the fold of convolutions that are joined. */
final class ParallelCounterExamples {
  private static final Op CONCAT = new Op.Concat();
  private static final Op.Conv FIRST = OPS.conv(4, 4);
  private static final Op.Conv SECOND = OPS.conv(4, 4);
  private static final Op.Conv BOTH = stacked(FIRST, SECOND, 1);

  private ParallelCounterExamples() {}

  static List<CounterExample> all() {
    return List.of(
        convsOfDifferentValues(),
        convWithAnotherReader(),
        convAsOutput(),
        convJoinedTwice(),
        valueBetweenConvs(),
        convWithAnotherDilation(),
        convWithOtherPadding(),
        convsInGroups(),
        convsWithOtherActivations(),
        convsWithSlopesOfTheirChannels(),
        convWithOtherPadValues(),
        convWithPadValues());
  }

  private static CounterExample convsOfDifferentValues() {
    Graph graph =
        map()
            .then("conv1", FIRST)
            .then("tanh", new Op.Activate(TANH), "input")
            .then("conv2", SECOND)
            .then("concat", CONCAT, "conv1", "conv2")
            .gives();
    return example(1, "one reads what the other's input is made into", graph, inPlace(graph, BOTH));
  }

  /** As if the other reader could as well read the second. */
  private static CounterExample convWithAnotherReader() {
    Graph graph =
        convs(FIRST, SECOND).then("tanh", new Op.Activate(TANH), "conv1").gives("concat", "tanh");
    return example(2, "another layer reads one too", graph, insteadOfTheFirst(graph, "tanh"));
  }

  private static CounterExample convAsOutput() {
    Graph graph = convs(FIRST, SECOND).gives("concat", "conv1");
    return example(2, "one is an output", graph, insteadOfTheFirst(graph, "conv1"));
  }

  /** As if the concatenation were of two values. */
  private static CounterExample convJoinedTwice() {
    Graph graph =
        map()
            .then("conv1", FIRST)
            .then("conv2", SECOND, "input")
            .then("concat", CONCAT, "conv1", "conv2", "conv1")
            .gives();
    Op.Conv thrice = stacked(BOTH, SECOND, 1);
    return example(2, "one is joined twice", graph, inPlace(graph, thrice));
  }

  private static CounterExample valueBetweenConvs() {
    Graph graph =
        map()
            .then("conv1", FIRST)
            .then("conv2", SECOND, "input")
            .then("concat", CONCAT, "conv1", "input", "conv2")
            .gives();
    Node concat = Sketch.node(graph, "concat");
    Graph.Builder edit = graph.edit();
    int input = graph.inputs().get(0).id();
    int both = edit.insert(concat.id(), List.of("conv1"), BOTH, List.of(input));
    Graph after = edit.replace(concat.id(), concat.fields(), CONCAT, List.of(both, input)).build();
    return example(
        3,
        "the input stands between them",
        graph,
        CounterExample.wrong(graph, concat.id(), after, concat.id()));
  }

  private static CounterExample convWithAnotherDilation() {
    Window.Pair two = new Window.Pair(2, 2);
    Window.Padding wide = new Window.Padding(2, 2, 2, 2);
    Window spread = new Window(FIRST.window().kernel(), FIRST.window().stride(), two, wide);
    Op.Conv dilated = new Op.Conv(spread, 1, SECOND.weight(), SECOND.bias(), Activation.NONE);
    return refused(4, "one is dilated", FIRST, dilated, BOTH);
  }

  /** The kernel, and so the size of the map, is the same. */
  private static CounterExample convWithOtherPadding() {
    Window.Padding shifted = new Window.Padding(0, 1, 2, 1);
    Window lower =
        new Window(
            FIRST.window().kernel(), FIRST.window().stride(), FIRST.window().dilation(), shifted);
    Op.Conv conv = new Op.Conv(lower, 1, SECOND.weight(), SECOND.bias(), Activation.NONE);
    return refused(4, "one pads below only", FIRST, conv, BOTH);
  }

  private static CounterExample convsInGroups() {
    Op.Conv first = OPS.conv(FIRST.window(), 2, 4, 4, true);
    Op.Conv second = OPS.conv(FIRST.window(), 2, 4, 4, true);
    return refused(5, "both are in two groups", first, second, stacked(first, second, 2));
  }

  private static CounterExample convsWithOtherActivations() {
    return refused(
        6, "they have different activations", FIRST.with(RELU), SECOND.with(TANH), BOTH.with(RELU));
  }

  /** As if the slopes of the second were those of the first in another order. */
  private static CounterExample convsWithSlopesOfTheirChannels() {
    Activation slopes = Activation.of(Activation.Kind.PRELU, 0.5, -1, 0.25, 2);
    Activation stacked = Activation.of(Activation.Kind.PRELU, 0.5, 0.5, -1, -1, 0.25, 0.25, 2, 2);
    return refused(
        6,
        "each channel has its slope",
        FIRST.with(slopes),
        SECOND.with(slopes),
        BOTH.with(stacked));
  }

  private static CounterExample convWithOtherPadValues() {
    Op.Conv first = padded(FIRST, Tensor.vector(1, -1, 2, 0));
    Op.Conv second = padded(SECOND, Tensor.vector(1, -1, 2, 3));
    return refused(7, "the pad values differ", first, second, padded(BOTH, first.padValue()));
  }

  private static CounterExample convWithPadValues() {
    Op.Conv second = padded(SECOND, Tensor.vector(1, -1, 2, 0));
    return refused(7, "one pads with other values than 0", FIRST, second, BOTH);
  }

  // ---- parts ----

  private static Sketch map() {
    return Sketch.of(4, 3, 3);
  }

  private static Sketch convs(Op.Conv first, Op.Conv second) {
    return map()
        .then("conv1", first)
        .then("conv2", second, "input")
        .then("concat", CONCAT, "conv1", "conv2");
  }

  private static CounterExample refused(
      int precondition, String violation, Op.Conv first, Op.Conv second, Op.Conv wrong) {
    Graph graph = convs(first, second).gives();
    return example(precondition, violation, graph, inPlace(graph, wrong));
  }

  private static CounterExample example(
      int precondition, String violation, Graph violating, Rewrite wrong) {
    return new CounterExample(
        "parallel convs",
        precondition,
        violation,
        List.of("conv1", "conv2", "concat"),
        violating,
        convs(FIRST, SECOND).gives(),
        wrong);
  }

  /** One convolution of the input in the place of the concatenation. */
  private static Rewrite inPlace(Graph graph, Op.Conv conv) {
    Node concat = Sketch.node(graph, "concat");
    List<Integer> input = List.of(graph.inputs().get(0).id());
    Graph after = graph.edit().replace(concat.id(), concat.fields(), conv, input).build();
    return CounterExample.wrong(graph, concat.id(), after, concat.id());
  }

  /** Who reads the first reads the second, as {@code witness} finds. */
  private static Rewrite insteadOfTheFirst(Graph graph, String witness) {
    int first = Sketch.node(graph, "conv1").id();
    int second = Sketch.node(graph, "conv2").id();
    int id = Sketch.node(graph, witness).id();
    Graph after = graph.edit().redirect(first, second).build();
    return CounterExample.wrong(graph, id, after, id == first ? second : id);
  }

  private static Op.Conv padded(Op.Conv conv, @Nullable Tensor values) {
    return new Op.Conv(conv.window(), 1, conv.weight(), conv.bias(), values, Activation.NONE);
  }

  private static Op.Conv stacked(Op.Conv first, Op.Conv second, int groups) {
    int outputs = first.outputs() + second.outputs();
    int size = first.weight().size();
    List<Integer> extents = new ArrayList<>(first.weight().shape().extents());
    extents.set(0, outputs);
    Tensor weight =
        Tensor.computed(
            new Shape(extents),
            i -> i < size ? first.weight().get(i) : second.weight().get(i - size));
    Tensor bias =
        Tensor.computed(
            Shape.of(outputs),
            o ->
                o < first.outputs() ? first.bias().get(o) : second.bias().get(o - first.outputs()));
    return new Op.Conv(first.window(), groups, weight, bias, Activation.NONE);
  }
}
