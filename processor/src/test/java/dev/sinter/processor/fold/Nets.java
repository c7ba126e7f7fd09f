package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.verify.Certificate;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import dev.sinter.processor.verify.Verifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Parts of networks for the folds' tests, and what is checked of each fold. */
final class Nets {
  static final Activation RELU = Activation.of(Activation.Kind.RELU);
  static final Window.Pair ONE = new Window.Pair(1, 1);

  private final Random random;

  Nets(long seed) {
    random = new Random(seed);
  }

  /** A chain; the value of each operator has its place as id, the input 0. */
  static Graph chain(Shape input, Op... ops) {
    Graph.Builder builder = Graph.builder();
    int last = builder.add("x", new Op.Input(input), List.of());
    for (Op op : ops) {
      last = builder.add("layer" + (last + 1), op, List.of(last));
    }
    return builder.output("y", last).build();
  }

  static Window window(int kernel, int stride, int dilation, int... padding) {
    Window.Padding around =
        padding.length == 4
            ? new Window.Padding(padding[0], padding[1], padding[2], padding[3])
            : new Window.Padding(padding[0], padding[0], padding[0], padding[0]);
    return new Window(
        new Window.Pair(kernel, kernel),
        new Window.Pair(stride, stride),
        new Window.Pair(dilation, dilation),
        around);
  }

  Op.Conv conv(int in, int out, Window window) {
    return conv(in, out, window, 1, true);
  }

  Op.Conv conv(int in, int out, Window window, int groups, boolean bias) {
    Shape kernel = Shape.of(out, in / groups, window.kernel().height(), window.kernel().width());
    return new Op.Conv(
        window, groups, gaussian(kernel), bias ? gaussian(Shape.of(out)) : null, Activation.NONE);
  }

  Op.ConvTranspose convTranspose(int in, int out, Window window, int groups) {
    Shape kernel = Shape.of(in, out / groups, window.kernel().height(), window.kernel().width());
    return new Op.ConvTranspose(
        window, 0, 0, groups, gaussian(kernel), gaussian(Shape.of(out)), Activation.NONE);
  }

  Op.Linear linear(int in, int out) {
    return new Op.Linear(gaussian(Shape.of(out, in)), gaussian(Shape.of(out)), Activation.NONE);
  }

  /** With scales of both signs. */
  Op.BatchNorm norm(int channels) {
    return norm(gaussian(Shape.of(channels)));
  }

  Op.BatchNorm norm(Tensor gamma) {
    Tensor spread = gaussian(gamma.shape());
    return new Op.BatchNorm(
        gamma,
        gaussian(gamma.shape()),
        gaussian(gamma.shape()),
        Tensor.computed(spread.shape(), c -> spread.get(c) * spread.get(c) + 0.01),
        1e-5);
  }

  /** Without negative scales. */
  Op.BatchNorm positive(int channels) {
    return norm(absolute(gaussian(Shape.of(channels))));
  }

  /** With no scale in the first channel. */
  Op.BatchNorm withZero(int channels) {
    Tensor gamma = gaussian(Shape.of(channels));
    return norm(Tensor.computed(gamma.shape(), c -> c == 0 ? 0 : gamma.get(c)));
  }

  /** A positive scale and no shift. */
  Op.Affine scale(int channels) {
    return Op.Affine.times(absolute(gaussian(Shape.of(channels))));
  }

  Tensor gaussian(Shape shape) {
    return Tensor.computed(shape, i -> (float) random.nextGaussian());
  }

  private static Tensor absolute(Tensor tensor) {
    return Tensor.computed(tensor.shape(), i -> Math.abs(tensor.get(i)));
  }

  static boolean applies(Fold fold, Graph graph) {
    return graph.nodes().stream().anyMatch(node -> fold.at(graph, node).isPresent());
  }

  /** The graph after these folds, each proved, and the whole compared with what was given. */
  static Graph folded(List<Fold> folds, Graph graph) {
    List<String> trail = new ArrayList<>();
    Graph folded =
        new Folder(folds)
            .fold(
                graph,
                rewrite -> {
                  trail.add(rewrite.fold() + rewrite.fields());
                  Certificate certificate =
                      Verifier.certify(
                          rewrite.before(),
                          rewrite.replaced(),
                          rewrite.after(),
                          rewrite.result(),
                          rewrite.boundary());
                  assertWithMessage("%s: %s", trail, certificate)
                      .that(certificate.holds())
                      .isTrue();
                });
    assertWithMessage("%s: names are classes' names", trail)
        .that(folded.nodes().stream().map(Node::name).toList())
        .containsNoDuplicates();
    assertSame(graph, folded, trail);
    return folded;
  }

  /** Both give the same, up to what rounding in double explains. */
  private static void assertSame(Graph expected, Graph actual, List<String> trail) {
    Random random = new Random(7);
    Map<Integer, double[]> inputs = new HashMap<>();
    for (Node input : expected.inputs()) {
      double[] elements = new double[(int) input.shape().size()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = random.nextGaussian();
      }
      inputs.put(input.id(), elements);
    }
    Map<Integer, Value> before = Interpreter.run(expected, inputs);
    Map<Integer, Value> after = Interpreter.run(actual, inputs);
    for (int k = 0; k < expected.outputs().size(); k++) {
      Value y = before.get(expected.outputs().get(k).id());
      Value z = after.get(actual.outputs().get(k).id());
      for (int i = 0; i < y.size(); i++) {
        assertWithMessage("%s: output %s, element %s", trail, k, i)
            .that(z.value(i))
            .isWithin(1e-11 * Math.max(y.magnitude(i), z.magnitude(i)))
            .of(y.value(i));
      }
    }
  }

  static Graph folded(Graph graph) {
    return folded(Folder.ALL, graph);
  }

  /** The operators, inputs aside, in order. */
  static List<String> ops(Graph graph) {
    return graph.nodes().stream()
        .map(node -> node.op().getClass().getSimpleName())
        .filter(name -> !name.equals("Input"))
        .toList();
  }
}
