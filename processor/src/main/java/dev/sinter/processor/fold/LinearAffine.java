package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;

/**
 * A linear layer takes in the batch normalization, or other channel affine, behind it: {@link
 * ConvAffine} for a matrix, which is a 1 × 1 convolution on a map of one position.
 *
 * <pre>
 * before:  z = W·x + b    y = f(s·z + t)
 * after:   y = f(W'·x + b')    W'[o] = s[o]·W[o]    b'[o] = s[o]·b[o] + t[o]
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The affine reads the linear layer. Its channels are then the layer's features, since both
 *       are the only axis of a vector.
 *   <li>Nothing else reads the linear layer, and it is no output.
 *   <li>The linear layer has no activation of its own.
 * </ol>
 *
 * <p>Proof, rounding, termination: as {@link ConvAffine}.
 */
final class LinearAffine implements Fold {
  @Override
  public String name() {
    return "linear+bn";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine affine)) {
      return Optional.empty();
    }
    Node producer = graph.producer(node);
    if (!(producer.op() instanceof Op.Linear linear)
        || !linear.activation().isNone()
        || !graph.hasOneUse(producer)) {
      return Optional.empty();
    }
    Tensor scale = affine.scale();
    Op merged =
        new Op.Linear(
            linear.weight().scaledRows(scale),
            ConvAffine.bias(linear.bias(), scale, affine.shift()),
            affine.then());
    return Optional.of(Rewrite.intoProducer(this, graph, node, merged));
  }
}
