package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.Optional;

/**
 * An activation function is applied by the layer before it as it writes its result: one pass over
 * memory fewer. It stands last, since a layer with an activation takes in no batch normalization.
 *
 * <pre>
 * before:  z = op(x)    y = f(z)
 * after:   y = (f ∘ op)(x)
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The activation reads an operator that can apply one and has none yet.
 *   <li>Nothing else reads that operator, and it is no output.
 * </ol>
 *
 * <p>Proof: the composition is the same function. Rounding: none. Termination: one operator fewer.
 */
final class ActivationIntoProducer implements Fold {
  @Override
  public String name() {
    return "activation";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Activate activate)) {
      return Optional.empty();
    }
    Node producer = graph.producer(node);
    if (!(producer.op() instanceof Op.Activatable op)
        || !op.activation().isNone()
        || !graph.hasOneUse(producer)) {
      return Optional.empty();
    }
    return Optional.of(Rewrite.intoProducer(this, graph, node, op.with(activate.activation())));
  }
}
