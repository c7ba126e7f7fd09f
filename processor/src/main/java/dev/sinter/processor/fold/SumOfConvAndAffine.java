package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.Optional;

/**
 * A batch normalization, or other channel affine, beside a convolution to which it is added becomes
 * one tap of it; and so does the value itself that the convolution reads: the identity branch of
 * RepVGG (see {@link SumOfConvs}).
 *
 * <pre>
 * before:  u = conv(x; W, b)    v = s·x + t    y = f(u + v + …)
 * after:   w = conv(x; W', b + t)    y = f(w + …)
 *          where W'[i, i mod I/groups] has s[i] more at the tap that reads the output's own place
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The convolution reads what the affine reads, or the other summand itself.
 *   <li>Nothing but the sum reads the convolution or the affine, each once, and they are no
 *       outputs. What they read may be both.
 *   <li>Neither has an activation of its own.
 *   <li>The convolution has stride 1 and a tap at the output's own place: on each axis the padding
 *       before the map is a multiple of the dilation, and there are more taps than the quotient.
 * </ol>
 *
 * <p>It always saves work: the tap is there already, since channel i is in the group of output i.
 *
 * <p>Proof: the affine is a convolution with one tap, in the convolution's groups, whose weight is
 * diag(s) and whose bias is t, since an affine keeps the channels and a sum adds equal shapes. The
 * rest is {@link SumOfConvs}; this tap never falls outside the map, so pad values and border biases
 * stay as they are.
 *
 * <p>Rounding: in double, then to float once. Termination: one operator fewer, or one summand.
 */
final class SumOfConvAndAffine implements Fold {
  private static final Window.Pair ONE = new Window.Pair(1, 1);
  private static final Window PLACE = new Window(ONE, ONE, ONE, Window.Padding.NONE);

  @Override
  public String name() {
    return "sum of conv and bn";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Add)) {
      return Optional.empty();
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      for (int j = 0; j < node.inputs().size(); j++) {
        Optional<Op.Conv> merged = merged(graph, node.inputs().get(i), node.inputs().get(j));
        if (merged.isPresent()) {
          return Optional.of(Rewrite.withinSum(this, graph, node, i, j, merged.get()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Op.Conv> merged(Graph graph, int convolved, int other) {
    Optional<Op.Conv> conv = SumOfConvs.summand(graph, convolved);
    if (conv.isEmpty()) {
      return Optional.empty();
    }
    int value = graph.node(convolved).inputs().get(0);
    return affine(graph, graph.node(other), value)
        .flatMap(affine -> SumOfConvs.merged(conv.get(), conv(affine, conv.get().groups())));
  }

  /** What the summand is of this value, if it is an affine of it. */
  private static Optional<Op.ChannelAffine> affine(Graph graph, Node summand, int value) {
    if (summand.id() == value) {
      return Optional.of(Op.Affine.times(Tensor.filled(summand.shape().channels(), 1)));
    }
    return summand.op() instanceof Op.ChannelAffine affine
            && summand.inputs().get(0) == value
            && affine.then().isNone()
            && graph.hasOneUse(summand)
        ? Optional.of(affine)
        : Optional.empty();
  }

  private static Op.Conv conv(Op.ChannelAffine affine, int groups) {
    Tensor scale = affine.scale();
    int inputs = scale.size() / groups;
    Tensor diagonal =
        Tensor.computed(
            Shape.of(scale.size(), inputs, 1, 1),
            i -> i / inputs % inputs == i % inputs ? scale.get(i / inputs) : 0);
    return new Op.Conv(PLACE, groups, diagonal, affine.shift(), Activation.NONE);
  }
}
