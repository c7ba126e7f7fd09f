package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A positive scale behind a ReLU, leaky ReLU or PReLU moves before it, where a layer then takes it
 * in. A batch normalization with a shift does not, since the shift would have to stay and nothing
 * were saved.
 *
 * <pre>
 * before:  z = f(x)    y = s·z
 * after:   y = f(s·x)
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The affine reads the activation, and has none of its own.
 *   <li>Nothing else reads the activation, and it is no output: its value is gone afterwards.
 *   <li>f is a ReLU, leaky ReLU or PReLU.
 *   <li>Each s is at least 0, and each t is 0.
 * </ol>
 *
 * <p>It pays where what makes x can take in the scale, as {@link Upward} finds.
 *
 * <p>Proof: f(x) = x for x ≥ 0 and a·x below. If s > 0, s·x has the sign of x, so f(s·x) = s·f(x);
 * if s = 0 both are 0. Rounding: none. Termination: the affine is nearer to the inputs.
 */
final class ActivationAffine implements Fold {
  @Override
  public String name() {
    return "scale before an activation";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine affine)
        || !affine.then().isNone()
        || !(graph.producer(node).op() instanceof Op.Activate)
        || Upward.obstacle(graph, node, affine).isPresent()) {
      return Optional.empty();
    }
    Op.Affine moved = Op.Affine.times(affine.scale());
    return Optional.of(Rewrite.beforeProducer(this, graph, node, moved));
  }

  /** Whether the affine may stand before the activation. */
  static boolean commutes(Op.Activate activate, Op.ChannelAffine affine) {
    boolean isHomogeneous =
        switch (activate.activation().kind()) {
          case RELU, LEAKY_RELU, PRELU -> true;
          default -> false;
        };
    Tensor scale = affine.scale();
    Tensor shift = affine.shift();
    return isHomogeneous
        && IntStream.range(0, scale.size()).allMatch(c -> scale.get(c) >= 0 && shift.get(c) == 0);
  }
}
