package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/** Networks for the certificates' tests, a chain of operators each, and their parts. */
final class Pattern {
  private Pattern() {}

  /** The last value's id is the number of operators. */
  static Graph chain(Shape input, Op... ops) {
    Graph.Builder builder = Graph.builder();
    int last = builder.add("x", new Op.Input(input), List.of());
    for (Op op : ops) {
      last = builder.add("layer" + last, op, List.of(last));
    }
    return builder.output("y", last).build();
  }

  /** Compares two chains. */
  static Certificate certify(Graph before, Graph after) {
    return Verifier.certify(
        before, before.outputs().get(0).id(), after, after.outputs().get(0).id(), List.of(0));
  }

  /** The same on the true shapes. */
  static Certificate certifyWhole(Graph before, Graph after) {
    return Comparison.of(
            before,
            before.outputs().get(0).id(),
            after,
            after.outputs().get(0).id(),
            Map.of(0, before.node(0).shape()))
        .certify();
  }

  static Op.Conv conv(Random random, Window window, int groups, int in, int out, boolean bias) {
    Shape kernel = Shape.of(out, in / groups, window.kernel().height(), window.kernel().width());
    return new Op.Conv(
        window,
        groups,
        gaussian(random, kernel),
        bias ? gaussian(random, Shape.of(out)) : null,
        Activation.NONE);
  }

  static Op.BatchNorm norm(Random random, int channels) {
    Shape shape = Shape.of(channels);
    return new Op.BatchNorm(
        gaussian(random, shape),
        gaussian(random, shape),
        gaussian(random, shape),
        map(gaussian(random, shape), v -> v * v + 0.01),
        1e-5);
  }

  /** A1, by hand. */
  static Op.Conv folded(Op.Conv conv, Op.BatchNorm norm) {
    Tensor s = norm.scale();
    Tensor t = norm.shift();
    Tensor bias = conv.bias();
    return new Op.Conv(
        conv.window(),
        conv.groups(),
        scaled(conv, s),
        Tensor.computed(t.shape(), o -> t.get(o) + (bias == null ? 0 : s.get(o) * bias.get(o))),
        Activation.NONE);
  }

  /** The weights with each output channel multiplied. */
  static Tensor scaled(Op.Conv conv, Tensor s) {
    return Tensor.computed(
        conv.weight().shape(), i -> conv.weight().get(i) * s.get(i / conv.taps()));
  }

  /** B1, by hand, without a look at the padding. One group. */
  static Op.Conv foldedBackwards(Op.BatchNorm norm, Op.Conv conv) {
    Shape kernel = conv.weight().shape();
    int area = kernel.extent(2) * kernel.extent(3);
    Tensor s = norm.scale();
    Tensor t = norm.shift();
    Tensor w = conv.weight();
    return new Op.Conv(
        conv.window(),
        1,
        Tensor.computed(kernel, i -> w.get(i) * s.get(i / area % kernel.extent(1))),
        Tensor.computed(
            Shape.of(conv.outputs()),
            o -> {
              double sum = conv.bias() == null ? 0 : conv.bias().get(o);
              for (int i = 0; i < conv.taps(); i++) {
                sum += w.get(o * conv.taps() + i) * t.get(i / area);
              }
              return sum;
            }),
        Activation.NONE);
  }

  static Op.Conv withBias(Op.Conv conv, Tensor bias) {
    return new Op.Conv(conv.window(), conv.groups(), conv.weight(), bias, conv.activation());
  }

  static Op.Conv withWeight(Op.Conv conv, Tensor weight) {
    return new Op.Conv(conv.window(), conv.groups(), weight, conv.bias(), conv.activation());
  }

  static Tensor gaussian(Random random, Shape shape) {
    return Tensor.computed(shape, i -> (float) random.nextGaussian());
  }

  static Tensor map(Tensor tensor, DoubleUnaryOperator function) {
    return Tensor.computed(tensor.shape(), i -> function.applyAsDouble(tensor.get(i)));
  }
}
