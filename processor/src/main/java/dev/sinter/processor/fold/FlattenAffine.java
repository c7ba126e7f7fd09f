package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;

/**
 * A batch normalization, or other channel affine, behind a flatten moves before it, where a layer
 * then takes it in: above all behind a global pool, whose map is one element a channel.
 *
 * <pre>
 * before:  z = flatten(x)    y[j] = s[j]·z[j] + t[j]
 * after:   y = flatten(s'·x + t')    s'[c] = s[j], t'[c] = t[j] for each element j of channel c
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The affine reads the flatten, and has no activation of its own.
 *   <li>Nothing else reads the flatten, and it is no output: its value is gone afterwards.
 *   <li>s and t are the same for all elements of one channel.
 * </ol>
 *
 * <p>It pays where what makes x can take in s' and t', as {@link Upward} finds.
 *
 * <p>Proof: a flatten moves no element, so y[j] is computed from the same x[c,h,w] with the same
 * two constants. Rounding: none. Termination: the affine is nearer to the inputs.
 */
final class FlattenAffine implements Fold {
  @Override
  public String name() {
    return "bn before a flatten";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine affine)
        || !affine.then().isNone()
        || !(graph.producer(node).op() instanceof Op.Flatten)
        || Upward.obstacle(graph, node, affine).isPresent()) {
      return Optional.empty();
    }
    Shape map = graph.producer(graph.producer(node)).shape();
    return grouped(affine, map).map(moved -> Rewrite.beforeProducer(this, graph, node, moved));
  }

  /** The affine of a map that is this affine of the map's elements, if there is one. */
  static Optional<Op.Affine> grouped(Op.ChannelAffine affine, Shape map) {
    int plane = Math.toIntExact(map.plane());
    Tensor scale = affine.scale();
    Tensor shift = affine.shift();
    for (int i = 0; i < scale.size(); i++) {
      int first = i - i % plane;
      if (scale.get(i) != scale.get(first) || shift.get(i) != shift.get(first)) {
        return Optional.empty();
      }
    }
    Shape channels = Shape.of(map.channels());
    return Optional.of(
        new Op.Affine(
            Tensor.computed(channels, c -> scale.get(c * plane)),
            Tensor.computed(channels, c -> shift.get(c * plane)),
            Activation.NONE));
  }
}
