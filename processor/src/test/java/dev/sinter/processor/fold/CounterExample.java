package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.RandomOps;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * A graph that a fold must leave alone for one reason only.
 *
 * @param fold the fold's name
 * @param precondition the number of the precondition in its Javadoc that is violated
 * @param violation in what way
 * @param fields the layers that must not be folded
 * @param violating the graph
 * @param valid the same graph but for that, in which those layers are folded
 * @param wrong what would come of folding the first nevertheless
 */
record CounterExample(
    String fold,
    int precondition,
    String violation,
    List<String> fields,
    Graph violating,
    Graph valid,
    Rewrite wrong) {

  static final RandomOps OPS = new RandomOps(1);
  static final Op ADD = new Op.Add(Activation.NONE);
  static final Activation RELU = Activation.of(Activation.Kind.RELU);
  static final Activation TANH = Activation.of(Activation.Kind.TANH);
  static final Op.Conv CONV = OPS.conv(3, 3);
  private static final Op MAX_POOL = pool(Op.Pool.Kind.MAX);
  private static final Op.Linear LINEAR = OPS.linear(3, 3);

  /** One scale is negative: that of a maximum, a minimum comes of it. */
  static final Op.BatchNorm NORM =
      new Op.BatchNorm(
          Tensor.vector(-1.5, 0.5, 2),
          Tensor.vector(0.25, -0.75, 1),
          Tensor.vector(-0.5, 0.125, 0.75),
          Tensor.vector(0.5, 1.25, 2),
          1e-3);

  static List<CounterExample> all() {
    return Stream.of(
            own(),
            UpwardCounterExamples.all(),
            DownwardCounterExamples.all(),
            TransposedCounterExamples.all(),
            MergingCounterExamples.all(),
            SumCounterExamples.all(),
            ParallelCounterExamples.all(),
            DeadChannelCounterExamples.all())
        .flatMap(List::stream)
        .toList();
  }

  private static List<CounterExample> own() {
    return List.of(
        convReadThroughPool(),
        convReadThroughFlatten(),
        convWithAnotherReader(),
        convAsOutput(),
        convWithActivation(),
        linearReadThroughSoftmax(),
        linearWithAnotherReader(),
        linearAsOutput(),
        linearWithActivation(),
        normReadThroughPool(),
        normWithAnotherReader(),
        normAsOutput(),
        normWithActivation(),
        activationOfPool(),
        secondActivation(),
        activatedWithAnotherReader(),
        activatedAsOutput(),
        activationIsNoIdentity(),
        affineHasNoStatistics());
  }

  @Override
  public String toString() {
    return fold + ", precondition " + precondition + ": " + violation;
  }

  // ---- conv+bn ----

  private static CounterExample convReadThroughPool() {
    Graph graph = map().then("conv", CONV).then("pool", MAX_POOL).then("bn", NORM).gives();
    return new CounterExample(
        "conv+bn",
        1,
        "a max-pool stands between",
        List.of("conv", "bn"),
        graph,
        map().then("conv", CONV).then("bn", NORM).then("pool", MAX_POOL).gives(),
        moved(graph, "conv", folded(CONV, NORM), "bn", "pool"));
  }

  private static CounterExample convReadThroughFlatten() {
    Op.BatchNorm features = OPS.norm(27);
    Graph graph =
        map().then("conv", CONV).then("flat", new Op.Flatten()).then("bn", features).gives();
    Tensor scale = Tensor.computed(Shape.of(3), features.scale()::get);
    Tensor shift = Tensor.computed(Shape.of(3), features.shift()::get);
    Op first = folded(CONV, new Op.Affine(scale, shift, Activation.NONE));
    return new CounterExample(
        "conv+bn",
        1,
        "the channels are the features of the flattened map",
        List.of("conv", "bn"),
        graph,
        map().then("conv", CONV).then("bn", NORM).then("flat", new Op.Flatten()).gives(),
        moved(graph, "conv", first, "bn", "flat"));
  }

  private static CounterExample convWithAnotherReader() {
    Graph graph =
        map().then("conv", CONV).then("bn", NORM).then("sum", ADD, "bn", "conv").gives("sum");
    return new CounterExample(
        "conv+bn",
        2,
        "a sum reads the convolution too",
        List.of("conv", "bn"),
        graph,
        map().then("conv", CONV).then("bn", NORM).then("sum", ADD, "bn", "input").gives("sum"),
        inPlace(graph, "conv", folded(CONV, NORM), "bn", "sum"));
  }

  private static CounterExample convAsOutput() {
    Graph graph = map().then("conv", CONV).then("bn", NORM).gives("conv", "bn");
    return new CounterExample(
        "conv+bn",
        2,
        "the convolution is an output",
        List.of("conv", "bn"),
        graph,
        map().then("conv", CONV).then("bn", NORM).gives("bn"),
        inPlace(graph, "conv", folded(CONV, NORM), "bn", "conv"));
  }

  private static CounterExample convWithActivation() {
    Graph graph = map().then("conv", CONV.with(RELU)).then("bn", NORM).gives();
    return new CounterExample(
        "conv+bn",
        3,
        "the convolution has an activation",
        List.of("conv", "bn"),
        graph,
        map().then("conv", CONV).then("bn", NORM).gives(),
        merged(graph, folded(CONV, NORM).with(RELU)));
  }

  // ---- linear+bn ----

  private static CounterExample linearReadThroughSoftmax() {
    Op softmax = new Op.Softmax();
    Graph graph = vector().then("fc", LINEAR).then("softmax", softmax).then("bn", NORM).gives();
    return new CounterExample(
        "linear+bn",
        1,
        "a softmax stands between",
        List.of("fc", "bn"),
        graph,
        vector().then("fc", LINEAR).then("bn", NORM).then("softmax", softmax).gives(),
        moved(graph, "fc", folded(LINEAR, NORM), "bn", "softmax"));
  }

  private static CounterExample linearWithAnotherReader() {
    Graph graph =
        vector().then("fc", LINEAR).then("bn", NORM).then("sum", ADD, "fc", "bn").gives("sum");
    return new CounterExample(
        "linear+bn",
        2,
        "a sum reads the linear layer too",
        List.of("fc", "bn"),
        graph,
        vector().then("fc", LINEAR).then("bn", NORM).then("sum", ADD, "bn", "input").gives("sum"),
        inPlace(graph, "fc", folded(LINEAR, NORM), "bn", "sum"));
  }

  private static CounterExample linearAsOutput() {
    Graph graph = vector().then("fc", LINEAR).then("bn", NORM).gives("fc", "bn");
    return new CounterExample(
        "linear+bn",
        2,
        "the linear layer is an output",
        List.of("fc", "bn"),
        graph,
        vector().then("fc", LINEAR).then("bn", NORM).gives("bn"),
        inPlace(graph, "fc", folded(LINEAR, NORM), "bn", "fc"));
  }

  private static CounterExample linearWithActivation() {
    Graph graph = vector().then("fc", LINEAR.with(TANH)).then("bn", NORM).gives();
    return new CounterExample(
        "linear+bn",
        3,
        "the linear layer has an activation",
        List.of("fc", "bn"),
        graph,
        vector().then("fc", LINEAR).then("bn", NORM).gives(),
        merged(graph, folded(LINEAR, NORM).with(TANH)));
  }

  // ---- bn+bn ----

  private static CounterExample normReadThroughPool() {
    Op.Affine first = affine(NORM); // no scale is 0: of a constant, maximum and minimum are one
    Graph graph = map().then("bn1", first).then("pool", MAX_POOL).then("bn", NORM).gives();
    return new CounterExample(
        "bn+bn",
        1,
        "a max-pool stands between",
        List.of("bn1", "bn"),
        graph,
        map().then("bn1", first).then("bn", NORM).then("pool", MAX_POOL).gives(),
        moved(graph, "bn1", folded(first, NORM), "bn", "pool"));
  }

  private static CounterExample normWithAnotherReader() {
    Op.Affine first = affine(OPS.norm(3));
    Graph graph =
        map().then("bn1", first).then("bn", NORM).then("sum", ADD, "bn1", "bn").gives("sum");
    return new CounterExample(
        "bn+bn",
        2,
        "a sum reads the first too",
        List.of("bn1", "bn"),
        graph,
        map().then("bn1", first).then("bn", NORM).then("sum", ADD, "bn", "input").gives("sum"),
        inPlace(graph, "bn1", folded(first, NORM), "bn", "sum"));
  }

  private static CounterExample normAsOutput() {
    Op.Affine first = affine(OPS.norm(3));
    Graph graph = map().then("bn1", first).then("bn", NORM).gives("bn", "bn1");
    return new CounterExample(
        "bn+bn",
        2,
        "the first is an output",
        List.of("bn1", "bn"),
        graph,
        map().then("bn1", first).then("bn", NORM).gives("bn"),
        inPlace(graph, "bn1", folded(first, NORM), "bn", "bn1"));
  }

  private static CounterExample normWithActivation() {
    Op.Affine first = affine(OPS.norm(3));
    Graph graph = map().then("bn1", first.with(RELU)).then("bn", NORM).gives();
    return new CounterExample(
        "bn+bn",
        3,
        "the first has an activation",
        List.of("bn1", "bn"),
        graph,
        map().then("bn1", first).then("bn", NORM).gives(),
        merged(graph, folded(first, NORM).with(RELU)));
  }

  // ---- activation ----

  private static CounterExample activationOfPool() {
    Op mean = pool(Op.Pool.Kind.AVERAGE);
    Op relu = new Op.Activate(RELU);
    Graph graph = map().then("conv", CONV).then("layer", mean).then("relu", relu).gives();
    return new CounterExample(
        "activation",
        1,
        "an average pool cannot apply one",
        List.of("layer", "relu"),
        graph,
        map().then("conv", mean).then("layer", CONV).then("relu", relu).gives(),
        moved(graph, "conv", CONV.with(RELU), "relu", "layer"));
  }

  private static CounterExample secondActivation() {
    Op tanh = new Op.Activate(TANH);
    Graph graph = map().then("layer", CONV.with(RELU)).then("tanh", tanh).gives();
    return new CounterExample(
        "activation",
        1,
        "the layer has one already",
        List.of("layer", "tanh"),
        graph,
        map().then("layer", CONV).then("tanh", tanh).gives(),
        merged(graph, CONV.with(TANH)));
  }

  private static CounterExample activatedWithAnotherReader() {
    Op relu = new Op.Activate(RELU);
    Graph graph =
        map().then("layer", CONV).then("relu", relu).then("sum", ADD, "layer", "relu").gives("sum");
    return new CounterExample(
        "activation",
        2,
        "a sum reads the layer too",
        List.of("layer", "relu"),
        graph,
        map().then("layer", CONV).then("relu", relu).then("sum", ADD, "relu", "input").gives("sum"),
        inPlace(graph, "layer", CONV.with(RELU), "relu", "sum"));
  }

  private static CounterExample activatedAsOutput() {
    Op relu = new Op.Activate(RELU);
    Graph graph = map().then("layer", CONV).then("relu", relu).gives("layer", "relu");
    return new CounterExample(
        "activation",
        2,
        "the layer is an output",
        List.of("layer", "relu"),
        graph,
        map().then("layer", CONV).then("relu", relu).gives("relu"),
        inPlace(graph, "layer", CONV.with(RELU), "relu", "layer"));
  }

  // ---- identity and bn alone ----

  private static CounterExample activationIsNoIdentity() {
    Graph graph = map().then("layer", new Op.Activate(RELU)).gives();
    int input = graph.producer(Sketch.node(graph, "layer")).id();
    int layer = Sketch.node(graph, "layer").id();
    Graph without = graph.edit().redirect(layer, input).build();
    return new CounterExample(
        "identity",
        1,
        "an activation does something",
        List.of("layer"),
        graph,
        map().then("layer", new Op.Identity()).gives(),
        wrong(graph, layer, without, input));
  }

  /** Taken for one with σ² = 1, it would be scaled by 1/√(1 + ε). */
  private static CounterExample affineHasNoStatistics() {
    Op.Affine affine = affine(NORM);
    Graph graph = map().then("bn", affine).gives();
    Node node = Sketch.node(graph, "bn");
    Tensor ones = Tensor.filled(3, 1);
    Tensor zeros = Tensor.filled(3, 0);
    Op.BatchNorm taken = new Op.BatchNorm(affine.scale(), affine.shift(), zeros, ones, 1e-5);
    Graph after =
        graph.edit().replace(node.id(), node.fields(), affine(taken), node.inputs()).build();
    return new CounterExample(
        "bn alone",
        1,
        "a channel affine has no statistics",
        List.of("bn"),
        graph,
        map().then("bn", NORM).gives(),
        wrong(graph, node.id(), after, node.id()));
  }

  // ---- how one would go wrong ----

  /** The last value and its producer become one operator. */
  static Rewrite merged(Graph graph, Op op) {
    Node last = graph.node(graph.outputs().get(0).id());
    List<Integer> inputs = graph.producer(last).inputs();
    Graph after = graph.edit().replace(last.id(), last.fields(), op, inputs).build();
    return wrong(graph, last.id(), after, last.id());
  }

  /** The producer does the work of {@code gone}, which what stands between does not notice. */
  static Rewrite moved(Graph graph, String producer, Op op, String gone, String between) {
    return wrong(
        graph,
        Sketch.node(graph, gone).id(),
        withProducer(graph, producer, op, gone, between),
        Sketch.node(graph, between).id());
  }

  /** The producer does the work of {@code gone} for everyone, as {@code witness} finds. */
  static Rewrite inPlace(Graph graph, String producer, Op op, String gone, String witness) {
    int id = Sketch.node(graph, witness).id();
    return wrong(graph, id, withProducer(graph, producer, op, gone, producer), id);
  }

  private static Graph withProducer(
      Graph graph, String producer, Op op, String gone, String instead) {
    Node node = Sketch.node(graph, producer);
    return graph
        .edit()
        .replace(node.id(), node.fields(), op, node.inputs())
        .redirect(Sketch.node(graph, gone).id(), Sketch.node(graph, instead).id())
        .build();
  }

  static Rewrite wrong(Graph before, int replaced, Graph after, int result) {
    List<Integer> boundary = before.inputs().stream().map(Node::id).toList();
    return new Rewrite("wrong", List.of(), before, replaced, after, result, boundary);
  }

  // ---- parts ----

  static Sketch map() {
    return Sketch.of(3, 3, 3);
  }

  static Sketch vector() {
    return Sketch.of(3);
  }

  /** 3 × 3 with padding 1: the map keeps its size. */
  static Op pool(Op.Pool.Kind kind) {
    return new Op.Pool(kind, CONV.window(), false, true);
  }

  static Op.Affine affine(Op.ChannelAffine op) {
    return new Op.Affine(op.scale(), op.shift(), Activation.NONE);
  }

  private static Op.Conv folded(Op.Conv conv, Op.ChannelAffine affine) {
    return new Op.Conv(
        conv.window(),
        conv.groups(),
        conv.weight().scaledRows(affine.scale()),
        shifted(conv.bias(), affine),
        Activation.NONE);
  }

  private static Op.Linear folded(Op.Linear linear, Op.ChannelAffine affine) {
    Tensor bias = linear.bias() == null ? Tensor.filled(3, 0) : linear.bias();
    return new Op.Linear(
        linear.weight().scaledRows(affine.scale()), shifted(bias, affine), Activation.NONE);
  }

  private static Op.Affine folded(Op.Affine first, Op.ChannelAffine second) {
    return new Op.Affine(
        first.scale().scaledRows(second.scale()), shifted(first.shift(), second), Activation.NONE);
  }

  private static Tensor shifted(Tensor bias, Op.ChannelAffine affine) {
    return Tensor.computed(
        bias.shape(), o -> affine.scale().get(o) * bias.get(o) + affine.shift().get(o));
  }
}
