package dev.sinter.processor.fold;

import static dev.sinter.processor.fold.CounterExample.CONV;
import static dev.sinter.processor.fold.CounterExample.NORM;
import static dev.sinter.processor.fold.CounterExample.OPS;
import static dev.sinter.processor.fold.CounterExample.RELU;
import static dev.sinter.processor.fold.CounterExample.affine;
import static dev.sinter.processor.fold.CounterExample.map;
import static dev.sinter.processor.fold.CounterExample.pool;
import static dev.sinter.processor.fold.CounterExample.vector;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;

/** Counter-examples of the folds of an affine into what stands behind it. */
final class DownwardCounterExamples {
  private static final Op POOL = pool(Op.Pool.Kind.MAX);
  private static final Op FLAT = new Op.Flatten();

  private static final Op.Conv INSIDE =
      OPS.conv(
          new Window(
              CONV.window().kernel(),
              CONV.window().stride(),
              CONV.window().dilation(),
              Window.Padding.NONE),
          1,
          3,
          3,
          true);

  /** A shift that is small beside the scale: little cancels at the border. */
  private static final Op.Affine GENTLE =
      new Op.Affine(NORM.scale(), Tensor.vector(0.25, -0.5, 0.125), Activation.NONE);

  private static final Op.Affine ZERO =
      new Op.Affine(Tensor.vector(-1.5, 0, 2), NORM.shift(), Activation.NONE);

  private DownwardCounterExamples() {}

  static List<CounterExample> all() {
    return List.of(
        readThroughPool("bn+conv", INSIDE, NORM, naive(INSIDE, NORM)),
        activated("bn+conv", INSIDE, affine(NORM), naive(INSIDE, NORM)),
        padded(),
        readThroughPool("bn+conv with pad values", CONV, GENTLE, withPadValues(GENTLE)),
        activated("bn+conv with pad values", CONV, GENTLE, withPadValues(GENTLE)),
        withoutScale(),
        readThroughPool("bn+conv with border biases", CONV, ZERO, naive(CONV, ZERO)),
        activated("bn+conv with border biases", CONV, ZERO, naive(CONV, ZERO)),
        linearReadThroughSoftmax(),
        linearOfActivated(),
        flattenWithAnotherReader());
  }

  private static CounterExample readThroughPool(
      String fold, Op.Conv conv, Op.ChannelAffine affine, Op.Conv wrong) {
    Graph graph = map().then("bn", affine).then("pool", POOL).then("conv", conv).gives();
    return new CounterExample(
        fold,
        1,
        "a max-pool stands between",
        List.of("bn", "conv"),
        graph,
        map().then("pool", POOL).then("bn", affine).then("conv", conv).gives(),
        without(graph, "conv", wrong, "conv"));
  }

  private static CounterExample activated(
      String fold, Op.Conv conv, Op.Affine affine, Op.Conv wrong) {
    Graph graph = map().then("bn", affine.with(RELU)).then("conv", conv).gives();
    return new CounterExample(
        fold,
        2,
        "the affine has an activation",
        List.of("bn", "conv"),
        graph,
        map().then("bn", affine).then("conv", conv).gives(),
        without(graph, "conv", wrong, "conv"));
  }

  /** As everywhere else it is done: wrong at the border only. */
  private static CounterExample padded() {
    Graph graph = map().then("bn", NORM).then("conv", CONV).gives();
    return new CounterExample(
        "bn+conv",
        3,
        "the convolution pads with zeros",
        List.of("bn", "conv"),
        graph,
        map().then("bn", NORM).then("conv", INSIDE).gives(),
        without(graph, "conv", naive(CONV, NORM), "conv"));
  }

  private static CounterExample withoutScale() {
    Graph graph = map().then("bn", ZERO).then("conv", CONV).gives();
    return new CounterExample(
        "bn+conv with pad values",
        3,
        "a channel has a shift and no scale",
        List.of("bn", "conv"),
        graph,
        map().then("bn", GENTLE).then("conv", CONV).gives(),
        without(graph, "conv", withPadValues(ZERO), "conv"));
  }

  private static CounterExample linearReadThroughSoftmax() {
    Op.Linear linear = OPS.linear(3, 3);
    Op softmax = new Op.Softmax();
    Graph graph = vector().then("bn", NORM).then("softmax", softmax).then("fc", linear).gives();
    return new CounterExample(
        "bn+linear",
        1,
        "a softmax stands between",
        List.of("bn", "fc"),
        graph,
        vector().then("softmax", softmax).then("bn", NORM).then("fc", linear).gives(),
        without(graph, "fc", merged(linear, NORM), "fc"));
  }

  private static CounterExample linearOfActivated() {
    Op.Linear linear = OPS.linear(3, 3);
    Graph graph = vector().then("bn", affine(NORM).with(RELU)).then("fc", linear).gives();
    return new CounterExample(
        "bn+linear",
        2,
        "the affine has an activation",
        List.of("bn", "fc"),
        graph,
        vector().then("bn", affine(NORM)).then("fc", linear).gives(),
        without(graph, "fc", merged(linear, NORM), "fc"));
  }

  private static CounterExample flattenWithAnotherReader() {
    Op.Linear linear = OPS.linear(27, 3);
    Op.Affine spread =
        new Op.Affine(NORM.scale().repeated(9), NORM.shift().repeated(9), Activation.NONE);
    Sketch sketch = map().then("bn", NORM).then("flat", FLAT).then("fc", linear);
    Graph graph = sketch.gives("flat", "fc");
    return new CounterExample(
        "bn+linear",
        3,
        "the flattened map is an output",
        List.of("bn", "fc"),
        graph,
        map().then("bn", NORM).then("flat", FLAT).then("fc", linear).gives("fc"),
        without(graph, "fc", merged(linear, spread), "flat"));
  }

  // ---- how one would go wrong ----

  /** The affine is left out because {@code layer} does its work, as {@code witness} finds. */
  static Rewrite without(Graph graph, String layer, Op op, String witness) {
    Node bn = Sketch.node(graph, "bn");
    Node node = Sketch.node(graph, layer);
    Graph after =
        graph
            .edit()
            .replace(node.id(), node.fields(), op, node.inputs())
            .redirect(bn.id(), bn.inputs().get(0))
            .build();
    int id = Sketch.node(graph, witness).id();
    return CounterExample.wrong(graph, id, after, id);
  }

  /** The shift into the bias, whatever the padding. */
  private static Op.Conv naive(Op.Conv conv, Op.ChannelAffine affine) {
    return new Op.Conv(
        conv.window(),
        1,
        Tensor.computed(
            conv.weight().shape(), i -> conv.weight().get(i) * affine.scale().get(i / 9 % 3)),
        Tensor.computed(
            Shape.of(3),
            o -> {
              double sum = conv.bias() == null ? 0 : conv.bias().get(o);
              for (int i = 0; i < 27; i++) {
                sum += conv.weight().get(o * 27 + i) * affine.shift().get(i / 9);
              }
              return sum;
            }),
        Activation.NONE);
  }

  /** With 0 to pad with where there is no quotient. */
  private static Op.Conv withPadValues(Op.Affine affine) {
    Op.Conv naive = naive(CONV, affine);
    Tensor values =
        Tensor.computed(
            Shape.of(3),
            i -> {
              double scale = affine.scale().get(i);
              return scale == 0 ? 0 : -affine.shift().get(i) / scale;
            });
    return new Op.Conv(naive.window(), 1, naive.weight(), naive.bias(), values, Activation.NONE);
  }

  private static Op.Linear merged(Op.Linear linear, Op.ChannelAffine affine) {
    int inputs = linear.weight().shape().extent(1);
    return new Op.Linear(
        Tensor.computed(
            linear.weight().shape(), i -> linear.weight().get(i) * affine.scale().get(i % inputs)),
        Tensor.computed(
            Shape.of(3),
            o -> {
              double sum = linear.bias() == null ? 0 : linear.bias().get(o);
              for (int i = 0; i < inputs; i++) {
                sum += linear.weight().get(o * inputs + i) * affine.shift().get(i);
              }
              return sum;
            }),
        Activation.NONE);
  }
}
