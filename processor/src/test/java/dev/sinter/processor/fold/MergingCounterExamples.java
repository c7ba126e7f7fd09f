package dev.sinter.processor.fold;

import static dev.sinter.processor.fold.CounterExample.ADD;
import static dev.sinter.processor.fold.CounterExample.CONV;
import static dev.sinter.processor.fold.CounterExample.OPS;
import static dev.sinter.processor.fold.CounterExample.RELU;
import static dev.sinter.processor.fold.CounterExample.map;
import static dev.sinter.processor.fold.CounterExample.merged;
import static dev.sinter.processor.fold.CounterExample.moved;
import static dev.sinter.processor.fold.CounterExample.pool;
import static dev.sinter.processor.fold.CounterExample.vector;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;

/** Counter-examples of the folds that make one layer of two. */
final class MergingCounterExamples {
  private static final Window.Padding ONE = new Window.Padding(1, 1, 1, 1);
  private static final Window.Padding TWO = new Window.Padding(2, 2, 2, 2);
  private static final Op.Pad BORDER = new Op.Pad(ONE, 0, 0, 0.5);
  private static final Op.Conv INSIDE = OPS.conv(over(3, Window.Padding.NONE), 1, 3, 3, true);
  private static final Op.Conv POINT = OPS.conv(over(1, Window.Padding.NONE), 1, 3, 3, true);
  private static final Op.Linear FIRST = OPS.linear(3, 3);
  private static final Op.Linear SECOND = OPS.linear(3, 3);
  private static final Op POOL = pool(Op.Pool.Kind.MAX);

  private MergingCounterExamples() {}

  static List<CounterExample> all() {
    return List.of(
        padReadThroughPool(),
        padOfChannels(),
        padAroundZeros(),
        linearReadThroughSoftmax(),
        linearWithAnotherReader(),
        linearWithActivation(),
        convReadThroughPool(),
        convThatPads(),
        convWithAnotherReader(),
        convWithActivation(),
        convInGroups());
  }

  // ---- pad+conv ----

  private static CounterExample padReadThroughPool() {
    Graph graph = map().then("pad", BORDER).then("pool", POOL).then("conv", INSIDE).gives();
    int conv = Sketch.node(graph, "conv").id();
    Graph after =
        map().then("pad", new Op.Identity()).then("pool", POOL).then("conv", padded(ONE)).gives();
    return new CounterExample(
        "pad+conv",
        1,
        "a max-pool stands between",
        List.of("pad", "conv"),
        graph,
        map().then("pool", POOL).then("pad", BORDER).then("conv", INSIDE).gives(),
        CounterExample.wrong(graph, conv, after, conv));
  }

  /** As if the channel of 0.5 were nothing. */
  private static CounterExample padOfChannels() {
    Op.Conv wide = OPS.conv(over(3, Window.Padding.NONE), 1, 4, 3, true);
    Tensor weight =
        Tensor.computed(
            Shape.of(3, 3, 3, 3), tap -> wide.weight().get(tap / 27 * 36 + 9 + tap % 27));
    Op.Conv wrong =
        new Op.Conv(over(3, ONE), 1, weight, wide.bias(), Tensor.filled(3, 0.5), Activation.NONE);
    Graph graph = map().then("pad", new Op.Pad(ONE, 1, 0, 0.5)).then("conv", wide).gives();
    return new CounterExample(
        "pad+conv",
        2,
        "the pad adds a channel",
        List.of("pad", "conv"),
        graph,
        map().then("pad", BORDER).then("conv", INSIDE).gives(),
        merged(graph, wrong));
  }

  private static CounterExample padAroundZeros() {
    Graph graph = map().then("pad", BORDER).then("conv", CONV).gives();
    Op.Conv wrong =
        new Op.Conv(
            over(3, TWO), 1, CONV.weight(), CONV.bias(), Tensor.filled(3, 0.5), Activation.NONE);
    return new CounterExample(
        "pad+conv",
        3,
        "the convolution pads with another value",
        List.of("pad", "conv"),
        graph,
        map().then("pad", new Op.Pad(ONE, 0, 0, 0)).then("conv", CONV).gives(),
        merged(graph, wrong));
  }

  // ---- linear+linear ----

  private static CounterExample linearReadThroughSoftmax() {
    Op softmax = new Op.Softmax();
    Graph graph = vector().then("fc1", FIRST).then("soft", softmax).then("fc2", SECOND).gives();
    return new CounterExample(
        "linear+linear",
        1,
        "a softmax stands between",
        List.of("fc1", "fc2"),
        graph,
        vector().then("fc1", FIRST).then("fc2", SECOND).then("soft", softmax).gives(),
        moved(graph, "fc1", product(FIRST, SECOND), "fc2", "soft"));
  }

  private static CounterExample linearWithAnotherReader() {
    Graph graph =
        vector().then("fc1", FIRST).then("fc2", SECOND).then("sum", ADD, "fc1", "fc2").gives();
    return new CounterExample(
        "linear+linear",
        2,
        "a sum reads the first too",
        List.of("fc1", "fc2"),
        graph,
        vector().then("fc1", FIRST).then("fc2", SECOND).then("sum", ADD, "fc2", "input").gives(),
        CounterExample.inPlace(graph, "fc1", product(FIRST, SECOND), "fc2", "sum"));
  }

  private static CounterExample linearWithActivation() {
    Graph graph = vector().then("fc1", FIRST.with(RELU)).then("fc2", SECOND).gives();
    return new CounterExample(
        "linear+linear",
        3,
        "the first has an activation",
        List.of("fc1", "fc2"),
        graph,
        vector().then("fc1", FIRST).then("fc2", SECOND).gives(),
        merged(graph, product(FIRST, SECOND).with(RELU)));
  }

  // ---- conv+conv ----

  private static CounterExample convReadThroughPool() {
    Graph graph = map().then("conv1", CONV).then("pool", POOL).then("conv2", POINT).gives();
    return new CounterExample(
        "conv+conv",
        1,
        "a max-pool stands between",
        List.of("conv1", "conv2"),
        graph,
        map().then("conv1", CONV).then("conv2", POINT).then("pool", POOL).gives(),
        moved(graph, "conv1", product(CONV, POINT), "conv2", "pool"));
  }

  /** As if the border of the second, which is its bias, were like the places inside. */
  private static CounterExample convThatPads() {
    Op.Conv bordered = new Op.Conv(over(1, ONE), 1, POINT.weight(), POINT.bias(), Activation.NONE);
    Op.Conv product = product(CONV, POINT);
    Op.Conv wrong = new Op.Conv(over(3, TWO), 1, product.weight(), product.bias(), Activation.NONE);
    Graph graph = map().then("conv1", CONV).then("conv2", bordered).gives();
    return new CounterExample(
        "conv+conv",
        1,
        "the second pads",
        List.of("conv1", "conv2"),
        graph,
        map().then("conv1", CONV).then("conv2", POINT).gives(),
        merged(graph, wrong));
  }

  private static CounterExample convWithAnotherReader() {
    Graph graph =
        map().then("conv1", CONV).then("conv2", POINT).then("sum", ADD, "conv1", "conv2").gives();
    return new CounterExample(
        "conv+conv",
        2,
        "a sum reads the first too",
        List.of("conv1", "conv2"),
        graph,
        map().then("conv1", CONV).then("conv2", POINT).then("sum", ADD, "conv2", "input").gives(),
        CounterExample.inPlace(graph, "conv1", product(CONV, POINT), "conv2", "sum"));
  }

  private static CounterExample convWithActivation() {
    Graph graph = map().then("conv1", CONV.with(RELU)).then("conv2", POINT).gives();
    return new CounterExample(
        "conv+conv",
        3,
        "the first has an activation",
        List.of("conv1", "conv2"),
        graph,
        map().then("conv1", CONV).then("conv2", POINT).gives(),
        merged(graph, product(CONV, POINT).with(RELU)));
  }

  /** As if each of the first's channels were there three times. */
  private static CounterExample convInGroups() {
    Op.Conv depthwise = OPS.conv(over(1, Window.Padding.NONE), 3, 3, 3, true);
    Tensor spread = Tensor.computed(POINT.weight().shape(), tap -> depthwise.weight().get(tap / 3));
    Op.Conv taken = new Op.Conv(POINT.window(), 1, spread, depthwise.bias(), Activation.NONE);
    Graph graph = map().then("conv1", CONV).then("conv2", depthwise).gives();
    return new CounterExample(
        "conv+conv",
        4,
        "the second is depthwise",
        List.of("conv1", "conv2"),
        graph,
        map().then("conv1", CONV).then("conv2", POINT).gives(),
        merged(graph, product(CONV, taken)));
  }

  // ---- parts, for three channels or features each ----

  private static Window over(int kernel, Window.Padding padding) {
    Window.Pair one = new Window.Pair(1, 1);
    return new Window(new Window.Pair(kernel, kernel), one, one, padding);
  }

  private static Op.Conv padded(Window.Padding padding) {
    return new Op.Conv(
        over(3, padding),
        1,
        INSIDE.weight(),
        INSIDE.bias(),
        Tensor.filled(3, 0.5),
        Activation.NONE);
  }

  private static Op.Linear product(Op.Linear first, Op.Linear second) {
    return new Op.Linear(
        product(first.weight(), second.weight(), 3),
        bias(first.bias(), second.weight(), second.bias()),
        Activation.NONE);
  }

  private static Op.Conv product(Op.Conv first, Op.Conv second) {
    return new Op.Conv(
        first.window(),
        1,
        product(first.weight(), second.weight(), 27),
        bias(first.bias(), second.weight(), second.bias()),
        Activation.NONE);
  }

  private static Tensor product(Tensor first, Tensor second, int row) {
    return Tensor.computed(
        first.shape(),
        i -> {
          double sum = 0;
          for (int m = 0; m < 3; m++) {
            sum += second.get(i / row * 3 + m) * first.get(m * row + i % row);
          }
          return sum;
        });
  }

  private static Tensor bias(Tensor first, Tensor weight, Tensor second) {
    return Tensor.computed(
        Shape.of(3),
        o -> {
          double sum = second == null ? 0 : second.get(o);
          for (int m = 0; m < 3 && first != null; m++) {
            sum += weight.get(o * 3 + m) * first.get(m);
          }
          return sum;
        });
  }
}
