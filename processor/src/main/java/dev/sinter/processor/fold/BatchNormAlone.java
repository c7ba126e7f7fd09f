package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.List;
import java.util.Optional;

/**
 * A batch normalization that nothing takes in becomes one multiplication and one addition an
 * element, a 1 × 1 depthwise convolution. It stands after the folds that take it in whole, so that
 * it only sees what they leave.
 *
 * <pre>
 * before:  y = γ·(x − μ)/√(σ² + ε) + β
 * after:   y = s·x + t    s = γ/√(σ² + ε)    t = β − μ·s
 * </pre>
 *
 * <p>Precondition: the value is a batch normalization with its own statistics.
 *
 * <p>Proof: the terms multiplied out. Rounding: s and t in double, then each to float once.
 * Termination: one batch normalization fewer.
 */
final class BatchNormAlone implements Fold {
  @Override
  public String name() {
    return "bn alone";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.BatchNorm norm)) {
      return Optional.empty();
    }
    Graph after =
        graph.edit().replace(node.id(), node.fields(), norm.asAffine(), node.inputs()).build();
    List<Integer> boundary = node.inputs();
    return Optional.of(
        new Rewrite(name(), node.fields(), graph, node.id(), after, node.id(), boundary));
  }
}
