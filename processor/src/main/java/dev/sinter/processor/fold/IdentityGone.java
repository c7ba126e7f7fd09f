package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.List;
import java.util.Optional;

/**
 * An identity, or a dropout at the time of use, vanishes.
 *
 * <pre>
 * before:  y = x    z = op(y)
 * after:   z = op(x)
 * </pre>
 *
 * <p>Precondition: the value is an identity. Proof: y is x. Rounding: none. Termination: one
 * operator fewer.
 */
final class IdentityGone implements Fold {
  @Override
  public String name() {
    return "identity";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Identity)) {
      return Optional.empty();
    }
    int input = node.inputs().get(0);
    Graph after = graph.edit().redirect(node.id(), input).build();
    return Optional.of(
        new Rewrite(name(), node.fields(), graph, node.id(), after, input, List.of(input)));
  }
}
