package dev.sinter.processor.fold;

import static dev.sinter.processor.fold.CounterExample.OPS;
import static dev.sinter.processor.fold.CounterExample.pool;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;

/** Counter-examples of the pruning of channels, of which the first is constant. */
final class DeadChannelCounterExamples {
  private static final Window.Pair ONE = new Window.Pair(1, 1);
  private static final Window INSIDE =
      new Window(new Window.Pair(2, 2), ONE, ONE, Window.Padding.NONE);
  private static final Op.Conv ALIVE = OPS.conv(3, 3);
  private static final Op.Conv DEAD =
      new Op.Conv(
          ALIVE.window(),
          1,
          Tensor.computed(ALIVE.weight().shape(), i -> i < 27 ? 0 : ALIVE.weight().get(i)),
          Tensor.vector(0.75, -0.5, 0.25),
          Activation.NONE);
  private static final Op.Conv READER = OPS.conv(INSIDE, 1, 3, 3, true);
  private static final Op.Pool MEAN =
      new Op.Pool(Op.Pool.Kind.AVERAGE, ALIVE.window(), false, false);

  private DeadChannelCounterExamples() {}

  static List<CounterExample> all() {
    return List.of(alive(), biasesThatDiffer(), output(), meanOfPadding(), groups());
  }

  private static CounterExample alive() {
    Op.Conv alive = new Op.Conv(ALIVE.window(), 1, ALIVE.weight(), DEAD.bias(), Activation.NONE);
    Graph graph = net(alive, READER).gives();
    return example(
        1, "a filter is not 0", graph, net(DEAD, READER).gives(), pushed(graph, "reader"));
  }

  private static CounterExample biasesThatDiffer() {
    Tensor biases = Tensor.computed(Shape.of(3, 3, 3), i -> i == 0 ? 2 : DEAD.bias().get(i / 9));
    Op.Conv bent = new Op.Conv(DEAD.window(), 1, DEAD.weight(), biases, Activation.NONE);
    Graph graph = net(bent, READER).gives();
    return example(
        1, "a bias differs in a corner", graph, net(DEAD, READER).gives(), pushed(graph, "reader"));
  }

  private static CounterExample output() {
    Graph graph = net(DEAD, READER).gives("conv", "reader");
    Node conv = Sketch.node(graph, "conv");
    Op.Conv without =
        new Op.Conv(DEAD.window(), 1, DEAD.weight(), Tensor.vector(0, -0.5, 0.25), Activation.NONE);
    Graph after =
        pushed(graph, "reader")
            .after()
            .edit()
            .replace(conv.id(), conv.fields(), without, conv.inputs())
            .build();
    return example(
        2,
        "the convolution is an output",
        graph,
        net(DEAD, READER).gives(),
        CounterExample.wrong(graph, conv.id(), after, conv.id()));
  }

  private static CounterExample meanOfPadding() {
    Graph graph = pooled(pool(Op.Pool.Kind.AVERAGE));
    return example(3, "a mean counts padding", graph, pooled(MEAN), pushed(graph, "reader"));
  }

  private static CounterExample groups() {
    Op.Conv depthwise = OPS.conv(INSIDE, 3, 3, 3, true);
    Graph graph = net(DEAD, depthwise).gives();
    return example(
        4, "the reader is depthwise", graph, net(DEAD, READER).gives(), pushed(graph, "reader"));
  }

  private static CounterExample example(
      int precondition, String violation, Graph violating, Graph valid, Rewrite wrong) {
    return new CounterExample(
        "dead channels", precondition, violation, List.of("conv"), violating, valid, wrong);
  }

  private static Sketch net(Op.Conv conv, Op.Conv reader) {
    return CounterExample.map().then("conv", conv).then("reader", reader);
  }

  private static Graph pooled(Op pool) {
    return CounterExample.map()
        .then("conv", DEAD)
        .then("pool", pool)
        .then("reader", READER)
        .gives();
  }

  /** The first of the channels that each filter counts is taken for 0.75 everywhere. */
  private static Rewrite pushed(Graph graph, String reader) {
    Node node = Sketch.node(graph, reader);
    Op.Conv conv = (Op.Conv) node.op();
    int taps = conv.taps();
    Op.Conv wrong =
        new Op.Conv(
            conv.window(),
            conv.groups(),
            Tensor.computed(conv.weight().shape(), i -> i % taps < 4 ? 0 : conv.weight().get(i)),
            Tensor.computed(
                Shape.of(3),
                o -> {
                  double sum = conv.bias().get(o);
                  for (int k = 0; k < 4; k++) {
                    sum += conv.weight().get(o * taps + k) * 0.75;
                  }
                  return sum;
                }),
            Activation.NONE);
    Graph after = graph.edit().replace(node.id(), node.fields(), wrong, node.inputs()).build();
    return CounterExample.wrong(graph, node.id(), after, node.id());
  }
}
