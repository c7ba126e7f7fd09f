package dev.sinter.processor.fold;

import static dev.sinter.processor.fold.CounterExample.ADD;
import static dev.sinter.processor.fold.CounterExample.CONV;
import static dev.sinter.processor.fold.CounterExample.NORM;
import static dev.sinter.processor.fold.CounterExample.OPS;
import static dev.sinter.processor.fold.CounterExample.RELU;
import static dev.sinter.processor.fold.CounterExample.map;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;

/** Counter-examples of the folds that join what is added up. */
final class SumCounterExamples {
  private static final String CONVS = "sum of convs";
  private static final String AFFINE = "sum of conv and bn";
  private static final Op.Conv OTHER = OPS.conv(3, 3);
  private static final Op.Conv BOTH = sum(CONV, OTHER);
  private static final Op.Conv WITH_NORM = sum(CONV, tap(4, NORM));
  private static final Op TANH = new Op.Activate(CounterExample.TANH);

  private SumCounterExamples() {}

  static List<CounterExample> all() {
    return List.of(
        convsOfDifferentValues(),
        convWithAnotherReader(),
        convWithActivation(),
        convWithOtherTaps(),
        convWithPadValues(),
        affineOfAnotherValue(),
        affineWithAnotherReader(),
        affineWithActivation(),
        noTapAtTheOwnPlace());
  }

  // ---- sum of convs ----

  private static CounterExample convsOfDifferentValues() {
    Graph graph =
        map()
            .then("conv1", CONV)
            .then("tanh", TANH, "input")
            .then("conv2", OTHER)
            .then("sum", ADD, "conv1", "conv2")
            .gives();
    return convs(1, "one reads what the other's input is made into", graph, without(graph, BOTH));
  }

  private static CounterExample convWithAnotherReader() {
    Graph graph = convs(CONV, OTHER).then("all", ADD, "sum", "conv1").gives();
    int id = Sketch.node(graph, "all").id();
    Node conv = Sketch.node(graph, "conv1");
    Graph after =
        graph
            .edit()
            .replace(conv.id(), conv.fields(), BOTH, conv.inputs())
            .redirect(Sketch.node(graph, "sum").id(), conv.id())
            .build();
    return convs(2, "another sum reads one too", graph, CounterExample.wrong(graph, id, after, id));
  }

  private static CounterExample convWithActivation() {
    Graph graph = convs(CONV.with(RELU), OTHER).gives();
    return convs(3, "one has an activation", graph, without(graph, BOTH.with(RELU)));
  }

  private static CounterExample convWithOtherTaps() {
    Window spread =
        new Window(
            CONV.window().kernel(),
            CONV.window().stride(),
            new Window.Pair(2, 2),
            new Window.Padding(2, 2, 2, 2));
    Op.Conv dilated = new Op.Conv(spread, 1, OTHER.weight(), OTHER.bias(), Activation.NONE);
    Graph graph = convs(CONV, dilated).gives();
    return convs(4, "one is dilated", graph, without(graph, BOTH));
  }

  private static CounterExample convWithPadValues() {
    Op.Conv padded =
        new Op.Conv(
            OTHER.window(),
            1,
            OTHER.weight(),
            OTHER.bias(),
            Tensor.vector(1, -1, 2),
            Activation.NONE);
    Graph graph = convs(CONV, padded).gives();
    return convs(5, "one pads with other values than 0", graph, without(graph, BOTH));
  }

  private static CounterExample convs(
      int precondition, String violation, Graph violating, Rewrite wrong) {
    return new CounterExample(
        CONVS,
        precondition,
        violation,
        List.of("conv1", "conv2", "sum"),
        violating,
        convs(CONV, OTHER).gives(),
        wrong);
  }

  private static Sketch convs(Op.Conv first, Op.Conv second) {
    return map()
        .then("conv1", first)
        .then("conv2", second, "input")
        .then("sum", ADD, "conv1", "conv2");
  }

  // ---- sum of conv and bn ----

  private static CounterExample affineOfAnotherValue() {
    Graph graph =
        map()
            .then("tanh", TANH)
            .then("bn", NORM)
            .then("conv", CONV, "input")
            .then("sum", ADD, "conv", "bn")
            .gives();
    return affine(1, "it is of another value", graph, without(graph, WITH_NORM));
  }

  private static CounterExample affineWithAnotherReader() {
    Graph graph = affine(CONV, NORM).gives("sum", "conv");
    int id = Sketch.node(graph, "conv").id();
    Node conv = Sketch.node(graph, "conv");
    Graph after =
        graph
            .edit()
            .replace(conv.id(), conv.fields(), WITH_NORM, conv.inputs())
            .redirect(Sketch.node(graph, "sum").id(), conv.id())
            .build();
    return affine(
        2, "the convolution is an output", graph, CounterExample.wrong(graph, id, after, id));
  }

  private static CounterExample affineWithActivation() {
    Graph graph = affine(CONV, CounterExample.affine(NORM).with(RELU)).gives();
    return affine(3, "it has an activation", graph, without(graph, WITH_NORM.with(RELU)));
  }

  private static CounterExample noTapAtTheOwnPlace() {
    Window.Pair two = new Window.Pair(2, 2);
    Window around = new Window(two, CONV.window().stride(), two, new Window.Padding(1, 1, 1, 1));
    Op.Conv conv = OPS.conv(around, 1, 3, 3, true);
    Graph graph = affine(conv, NORM).gives();
    return affine(
        4, "no tap lies at the own place", graph, without(graph, sum(conv, tap(0, NORM, conv))));
  }

  private static CounterExample affine(
      int precondition, String violation, Graph violating, Rewrite wrong) {
    return new CounterExample(
        AFFINE,
        precondition,
        violation,
        List.of("conv", "bn", "sum"),
        violating,
        affine(CONV, NORM).gives(),
        wrong);
  }

  private static Sketch affine(Op.Conv conv, Op affine) {
    return map().then("conv", conv).then("bn", affine, "input").then("sum", ADD, "conv", "bn");
  }

  // ---- parts ----

  /** The sum is this convolution of the input. */
  private static Rewrite without(Graph graph, Op.Conv merged) {
    Node sum = Sketch.node(graph, "sum");
    List<Integer> input = List.of(graph.inputs().get(0).id());
    Graph after = graph.edit().replace(sum.id(), sum.fields(), merged, input).build();
    return CounterExample.wrong(graph, sum.id(), after, sum.id());
  }

  private static Op.Conv tap(int place, Op.ChannelAffine affine) {
    return tap(place, affine, CONV);
  }

  /** An affine as one tap of a kernel like this one's. */
  private static Op.Conv tap(int place, Op.ChannelAffine affine, Op.Conv like) {
    int plane = like.weight().size() / 9;
    return new Op.Conv(
        like.window(),
        1,
        Tensor.computed(
            like.weight().shape(),
            i ->
                i % plane == place && i / plane % 3 == i / plane / 3
                    ? affine.scale().get(i / plane / 3)
                    : 0),
        affine.shift(),
        Activation.NONE);
  }

  private static Op.Conv sum(Op.Conv first, Op.Conv second) {
    return new Op.Conv(
        first.window(),
        1,
        Tensor.computed(
            first.weight().shape(), i -> first.weight().get(i) + second.weight().get(i)),
        ConvAffine.bias(first.bias(), Tensor.filled(3, 1), second.bias()),
        Activation.NONE);
  }
}
