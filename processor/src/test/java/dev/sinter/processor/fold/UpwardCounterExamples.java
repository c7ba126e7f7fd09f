package dev.sinter.processor.fold;

import static dev.sinter.processor.fold.CounterExample.ADD;
import static dev.sinter.processor.fold.CounterExample.CONV;
import static dev.sinter.processor.fold.CounterExample.NORM;
import static dev.sinter.processor.fold.CounterExample.OPS;
import static dev.sinter.processor.fold.CounterExample.RELU;
import static dev.sinter.processor.fold.CounterExample.TANH;
import static dev.sinter.processor.fold.CounterExample.affine;
import static dev.sinter.processor.fold.CounterExample.map;
import static dev.sinter.processor.fold.CounterExample.pool;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Counter-examples of the folds that take an affine past what stands before it. */
final class UpwardCounterExamples {
  private static final Op MAX = pool(Op.Pool.Kind.MAX);
  private static final Op.Pool MEAN =
      new Op.Pool(Op.Pool.Kind.AVERAGE, CONV.window(), false, false);
  private static final Op ACTIVATE = new Op.Activate(RELU);
  private static final Op FLAT = new Op.Flatten();
  private static final Op SHUFFLE = new Op.ChannelShuffle(1);
  private static final Op.BatchNorm JOINED = OPS.norm(6);
  private static final Op.Affine SCALE = Op.Affine.times(Tensor.vector(0.5, 2, 1.5));
  private static final Op.Affine POSITIVE =
      new Op.Affine(SCALE.scale(), NORM.shift(), Activation.NONE);
  private static final Op.Affine SPREAD =
      new Op.Affine(NORM.scale().repeated(9), NORM.shift().repeated(9), Activation.NONE);

  private UpwardCounterExamples() {}

  static List<CounterExample> all() {
    return List.of(
        poolBehindAnActivation(),
        poolWithAnotherReader(),
        maximumOfNegatives(),
        meanOfPadding(),
        flattenBehindAnActivation(),
        flattenWithAnotherReader(),
        flattenOfDifferentFeatures(),
        sumBehindAPool(),
        sumWithAnotherReader(),
        sumWithActivation(),
        concatBehindAPool(),
        concatWithAnotherReader(),
        shuffleBehindAPool(),
        shuffleWithAnotherReader(),
        sliceOfChannels(),
        activationBehindAnother(),
        activationWithAnotherReader(),
        activationThatBends(),
        activationOfNegatives());
  }

  // ---- bn before a pool ----

  private static CounterExample poolBehindAnActivation() {
    Graph graph = conv().then("pool", MEAN).then("relu", ACTIVATE).then("bn", NORM).gives();
    return new CounterExample(
        "bn before a pool",
        1,
        "a ReLU stands between",
        List.of("bn"),
        graph,
        conv().then("pool", MEAN).then("bn", NORM).then("relu", ACTIVATE).gives(),
        early(graph, "pool", affine(NORM), "bn", "relu"));
  }

  private static CounterExample poolWithAnotherReader() {
    Graph graph = conv().then("pool", MEAN).then("bn", NORM).then("sum", ADD, "bn", "pool").gives();
    return new CounterExample(
        "bn before a pool",
        2,
        "a sum reads the pool too",
        List.of("bn"),
        graph,
        conv().then("pool", MEAN).then("bn", NORM).then("sum", ADD, "bn", "input").gives(),
        inPlace(graph, "pool", affine(NORM), "sum"));
  }

  private static CounterExample maximumOfNegatives() {
    Graph graph = conv().then("pool", MAX).then("bn", NORM).gives();
    return new CounterExample(
        "bn before a pool",
        3,
        "a scale is negative",
        List.of("bn"),
        graph,
        conv().then("pool", MAX).then("bn", POSITIVE).gives(),
        early(graph, "pool", affine(NORM), "bn", "pool"));
  }

  private static CounterExample meanOfPadding() {
    Op counting = pool(Op.Pool.Kind.AVERAGE);
    Graph graph = conv().then("pool", counting).then("bn", NORM).gives();
    return new CounterExample(
        "bn before a pool",
        4,
        "the mean counts padding",
        List.of("bn"),
        graph,
        conv().then("pool", MEAN).then("bn", NORM).gives(),
        early(graph, "pool", affine(NORM), "bn", "pool"));
  }

  // ---- bn before a flatten ----

  private static CounterExample flattenBehindAnActivation() {
    Graph graph = conv().then("flat", FLAT).then("relu", ACTIVATE).then("bn", SPREAD).gives();
    return new CounterExample(
        "bn before a flatten",
        1,
        "a ReLU stands between",
        List.of("bn"),
        graph,
        conv().then("flat", FLAT).then("bn", SPREAD).then("relu", ACTIVATE).gives(),
        early(graph, "flat", affine(NORM), "bn", "relu"));
  }

  private static CounterExample flattenWithAnotherReader() {
    Graph graph =
        conv().then("flat", FLAT).then("bn", SPREAD).then("sum", ADD, "bn", "flat").gives();
    return new CounterExample(
        "bn before a flatten",
        2,
        "a sum reads the flattened map too",
        List.of("bn"),
        graph,
        conv().then("flat", FLAT).then("bn", SPREAD).then("relu", ACTIVATE).gives(),
        inPlace(graph, "flat", affine(NORM), "sum"));
  }

  private static CounterExample flattenOfDifferentFeatures() {
    Op.BatchNorm features = OPS.norm(27);
    Graph graph = conv().then("flat", FLAT).then("bn", features).gives();
    Tensor scale = Tensor.computed(Shape.of(3), features.scale()::get);
    Tensor shift = Tensor.computed(Shape.of(3), features.shift()::get);
    return new CounterExample(
        "bn before a flatten",
        3,
        "each feature has its own scale",
        List.of("bn"),
        graph,
        conv().then("flat", FLAT).then("bn", SPREAD).gives(),
        early(graph, "flat", new Op.Affine(scale, shift, Activation.NONE), "bn", "flat"));
  }

  // ---- bn before a sum ----

  private static CounterExample sumBehindAPool() {
    Graph graph = sum(ADD).then("pool", MAX).then("bn", NORM).gives();
    return new CounterExample(
        "bn before a sum",
        1,
        "a max-pool stands between",
        List.of("bn"),
        graph,
        sum(ADD).then("bn", NORM).then("pool", MAX).gives(),
        early(graph, "sum", affine(NORM), "bn", "pool"));
  }

  private static CounterExample sumWithAnotherReader() {
    Graph graph = sum(ADD).then("bn", NORM).then("all", ADD, "bn", "sum").gives();
    return new CounterExample(
        "bn before a sum",
        2,
        "another sum reads the sum too",
        List.of("bn"),
        graph,
        sum(ADD).then("bn", NORM).then("all", ADD, "bn", "input").gives(),
        inPlace(graph, "sum", affine(NORM), "all"));
  }

  private static CounterExample sumWithActivation() {
    Graph graph = sum(new Op.Add(RELU)).then("bn", NORM).gives();
    return new CounterExample(
        "bn before a sum",
        3,
        "the sum has an activation",
        List.of("bn"),
        graph,
        sum(ADD).then("bn", NORM).gives(),
        early(graph, "sum", affine(NORM), "bn", "sum"));
  }

  // ---- bn before a concatenation ----

  private static CounterExample concatBehindAPool() {
    Graph graph = concat().then("pool", MAX).then("bn", JOINED).gives();
    return new CounterExample(
        "bn before a concatenation",
        1,
        "a max-pool stands between",
        List.of("bn"),
        graph,
        concat().then("bn", JOINED).then("pool", MAX).gives(),
        parted(graph, "bn", "pool"));
  }

  private static CounterExample concatWithAnotherReader() {
    Graph graph = concat().then("bn", JOINED).gives("concat", "bn");
    return new CounterExample(
        "bn before a concatenation",
        2,
        "the concatenation is an output",
        List.of("bn"),
        graph,
        concat().then("bn", JOINED).gives(),
        parted(graph, "concat", "concat"));
  }

  // ---- bn before a rearrangement ----

  private static CounterExample shuffleBehindAPool() {
    Graph graph = conv().then("shuffle", SHUFFLE).then("pool", MAX).then("bn", NORM).gives();
    return new CounterExample(
        "bn before a rearrangement",
        1,
        "a max-pool stands between",
        List.of("bn"),
        graph,
        conv().then("shuffle", SHUFFLE).then("bn", NORM).then("pool", MAX).gives(),
        early(graph, "shuffle", affine(NORM), "bn", "pool"));
  }

  private static CounterExample shuffleWithAnotherReader() {
    Graph graph =
        conv().then("shuffle", SHUFFLE).then("bn", NORM).then("sum", ADD, "bn", "shuffle").gives();
    return new CounterExample(
        "bn before a rearrangement",
        2,
        "a sum reads the shuffled map too",
        List.of("bn"),
        graph,
        conv().then("shuffle", SHUFFLE).then("bn", NORM).then("sum", ADD, "bn", "input").gives(),
        inPlace(graph, "shuffle", affine(NORM), "sum"));
  }

  /** As if the channels were those from the first on. */
  private static CounterExample sliceOfChannels() {
    Op.Affine last =
        new Op.Affine(Tensor.vector(0.5, 2), Tensor.vector(-0.25, 0.75), Activation.NONE);
    Op.Affine first =
        new Op.Affine(Tensor.vector(0.5, 2, 1), Tensor.vector(-0.25, 0.75, 0), Activation.NONE);
    Graph graph = conv().then("slice", new Op.Slice(0, 1, 3, 1)).then("bn", last).gives();
    return new CounterExample(
        "bn before a rearrangement",
        3,
        "the slice is one of channels",
        List.of("bn"),
        graph,
        conv().then("slice", new Op.Slice(1, 1, 3, 1)).then("bn", NORM).gives(),
        early(graph, "slice", first, "bn", "slice"));
  }

  // ---- scale before an activation ----

  private static CounterExample activationBehindAnother() {
    Op tanh = new Op.Activate(TANH);
    Graph graph = conv().then("relu", ACTIVATE).then("tanh", tanh).then("scale", SCALE).gives();
    return new CounterExample(
        "scale before an activation",
        1,
        "a hyperbolic tangent stands between",
        List.of("scale"),
        graph,
        conv().then("relu", ACTIVATE).then("scale", SCALE).then("tanh", tanh).gives(),
        early(graph, "relu", SCALE, "scale", "tanh"));
  }

  private static CounterExample activationWithAnotherReader() {
    Graph graph =
        conv()
            .then("relu", ACTIVATE)
            .then("scale", SCALE)
            .then("sum", ADD, "scale", "relu")
            .gives();
    return new CounterExample(
        "scale before an activation",
        2,
        "a sum reads the activation too",
        List.of("scale"),
        graph,
        conv()
            .then("relu", ACTIVATE)
            .then("scale", SCALE)
            .then("sum", ADD, "scale", "input")
            .gives(),
        inPlace(graph, "relu", SCALE, "sum"));
  }

  private static CounterExample activationThatBends() {
    Op tanh = new Op.Activate(TANH);
    Graph graph = conv().then("layer", tanh).then("scale", SCALE).gives();
    return new CounterExample(
        "scale before an activation",
        3,
        "it is a hyperbolic tangent",
        List.of("scale"),
        graph,
        conv().then("layer", ACTIVATE).then("scale", SCALE).gives(),
        early(graph, "layer", SCALE, "scale", "layer"));
  }

  private static CounterExample activationOfNegatives() {
    Op.Affine negative = Op.Affine.times(NORM.scale());
    Graph graph = conv().then("relu", ACTIVATE).then("scale", negative).gives();
    return new CounterExample(
        "scale before an activation",
        4,
        "a scale is negative",
        List.of("scale"),
        graph,
        conv().then("relu", ACTIVATE).then("scale", SCALE).gives(),
        early(graph, "relu", negative, "scale", "relu"));
  }

  // ---- parts ----

  private static Sketch conv() {
    return map().then("conv", CONV);
  }

  private static Sketch sum(Op add) {
    return map()
        .then("conv1", CONV)
        .then("conv2", CONV, "input")
        .then("sum", add, "conv1", "conv2");
  }

  private static Sketch concat() {
    return map()
        .then("conv1", CONV)
        .then("conv2", CONV, "input")
        .then("concat", new Op.Concat(), "conv1", "conv2");
  }

  /** The affine acts on what is joined, and {@code instead} then stands for {@code replaced}. */
  private static Rewrite parted(Graph graph, String replaced, String instead) {
    Node concat = Sketch.node(graph, "concat");
    Graph.Builder edit = graph.edit();
    List<Integer> inputs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int first = 3 * i;
      Op part =
          new Op.Affine(
              Tensor.computed(Shape.of(3), c -> JOINED.scale().get(first + c)),
              Tensor.computed(Shape.of(3), c -> JOINED.shift().get(first + c)),
              Activation.NONE);
      List<Integer> input = List.of(concat.inputs().get(i));
      inputs.add(edit.insert(concat.id(), List.of("moved" + i), part, input));
    }
    edit.replace(concat.id(), concat.fields(), concat.op(), inputs);
    int result = Sketch.node(graph, instead).id();
    edit.redirect(Sketch.node(graph, "bn").id(), result);
    return CounterExample.wrong(graph, Sketch.node(graph, replaced).id(), edit.build(), result);
  }

  /** The affine acts on what {@code passed} reads, and what read it reads {@code instead}. */
  private static Rewrite early(
      Graph graph, String passed, Op.Affine affine, String gone, String instead) {
    int replaced = Sketch.node(graph, gone).id();
    int result = Sketch.node(graph, instead).id();
    Graph after = moved(graph, passed, affine).edit().redirect(replaced, result).build();
    return CounterExample.wrong(graph, replaced, after, result);
  }

  /** The affine acts on what {@code passed} reads, for all that read {@code passed}. */
  private static Rewrite inPlace(Graph graph, String passed, Op.Affine affine, String witness) {
    int norm = graph.consumers(Sketch.node(graph, passed)).get(0).id();
    int id = Sketch.node(graph, witness).id();
    Graph after =
        moved(graph, passed, affine).edit().redirect(norm, Sketch.node(graph, passed).id()).build();
    return CounterExample.wrong(graph, id, after, id);
  }

  private static Graph moved(Graph graph, String passed, Op.Affine affine) {
    Node node = Sketch.node(graph, passed);
    Graph.Builder edit = graph.edit();
    List<Integer> inputs = new ArrayList<>();
    for (int input : node.inputs()) {
      Op share = inputs.isEmpty() ? affine : Op.Affine.times(affine.scale());
      inputs.add(edit.insert(node.id(), List.of("moved" + input), share, List.of(input)));
    }
    return edit.replace(node.id(), node.fields(), node.op(), inputs).build();
  }
}
