package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;

/**
 * Two batch normalizations, or other channel affines, in a row become one.
 *
 * <pre>
 * before:  z = s₁·x + t₁    y = f(s₂·z + t₂)
 * after:   y = f(s·x + t)    s = s₂·s₁    t = s₂·t₁ + t₂
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The second reads the first; both have the same channels, since an affine keeps the shape.
 *   <li>Nothing else reads the first, and it is no output.
 *   <li>The first has no activation of its own.
 * </ol>
 *
 * <p>Proof: s₂·(s₁·x + t₁) + t₂ = (s₂·s₁)·x + (s₂·t₁ + t₂), channel by channel. Rounding: in
 * double. Termination: one operator fewer.
 */
final class AffineAffine implements Fold {
  @Override
  public String name() {
    return "bn+bn";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine second)) {
      return Optional.empty();
    }
    Node producer = graph.producer(node);
    if (!(producer.op() instanceof Op.ChannelAffine first)
        || !first.then().isNone()
        || !graph.hasOneUse(producer)) {
      return Optional.empty();
    }
    Tensor scale = second.scale().scaledRows(first.scale());
    Tensor shift = ConvAffine.bias(first.shift(), second.scale(), second.shift());
    return Optional.of(
        Rewrite.intoProducer(this, graph, node, new Op.Affine(scale, shift, second.then())));
  }
}
