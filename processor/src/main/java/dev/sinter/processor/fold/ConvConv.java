package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.Optional;

/**
 * A convolution and a 1 × 1 convolution behind it, with nothing between, become one.
 *
 * <pre>
 * before:  z = conv(x; W₁, b₁)    y = f(conv(z; W₂, b₂))
 * after:   y = f(conv(x; W, b))    W[o,i,k] = Σ W₂[o,m]·W₁[m,i,k]    b = W₂·b₁ + b₂
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The second reads the first, and is 1 × 1, with stride 1 and without padding: it reads each
 *       place of z by itself.
 *   <li>Nothing else reads the first, and it is no output.
 *   <li>The first has no activation of its own.
 *   <li>Both are of one group.
 * </ol>
 *
 * <p>It pays where W has fewer elements than W₁ and W₂, since both are applied at as many places:
 * above all where the second has fewer outputs than the first.
 *
 * <p>Proof: at each place y = f(W₂·(W₁·x + b₁) + b₂) for the vector x of what the taps of W₁ read,
 * padding included. A bias b₁ that depends on the place does so afterwards, by the same classes.
 * Rounding: each element of W is a sum in double, then rounded to float once. Termination: one
 * operator fewer.
 */
final class ConvConv implements Fold {
  private static final Window.Pair ONE = new Window.Pair(1, 1);

  @Override
  public String name() {
    return "conv+conv";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Conv second) || !isPointwise(second)) {
      return Optional.empty();
    }
    Node producer = graph.producer(node);
    if (!(producer.op() instanceof Op.Conv first)
        || first.groups() != 1
        || !first.activation().isNone()
        || !graph.hasOneUse(producer)) {
      return Optional.empty();
    }
    Shape kernel = first.weight().shape();
    Shape merged = Shape.of(second.outputs(), kernel.extent(1), kernel.extent(2), kernel.extent(3));
    if (merged.size() >= (long) first.weight().size() + second.weight().size()) {
      return Optional.empty();
    }
    Tensor bias = second.bias();
    Op conv =
        new Op.Conv(
            first.window(),
            1,
            LinearLinear.product(second.weight(), first.weight(), merged),
            LinearLinear.bias(
                second.weight(),
                first.bias(),
                bias == null ? null : bias.reshaped(Shape.of(second.outputs()))),
            first.padValue(),
            second.activation());
    return Optional.of(Rewrite.intoProducer(this, graph, node, conv));
  }

  private static boolean isPointwise(Op.Conv conv) {
    Window window = conv.window();
    return window.kernel().equals(ONE)
        && window.stride().equals(ONE)
        && window.padding().equals(Window.Padding.NONE)
        && conv.groups() == 1;
  }
}
