package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;

/**
 * A linear layer takes in the batch normalization, or other channel affine, before it, also through
 * a flatten: {@link AffineConv} for a matrix.
 *
 * <pre>
 * before:  z = s·x + t    y = f(W·flatten(z) + b)
 * after:   y = f(W'·flatten(x) + b')    W'[o,j] = W[o,j]·s[c]    b'[o] = b[o] + Σ W[o,j]·t[c]
 *          where element j is of channel c = ⌊j/(H·W)⌋
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The linear layer reads the affine, or a flatten that reads it.
 *   <li>The affine has no activation of its own.
 *   <li>Nothing else reads the flatten, and it is no output: it changes.
 * </ol>
 *
 * <p>It pays where the affine goes: where it is no output, and all else that reads it can take it
 * in too.
 *
 * <p>Proof: a flattened map [C, H, W] has the H·W elements of each channel in a row, so each s[c]
 * and t[c] stands H·W times; then as {@link AffineConv}. Rounding: in double, then to float once.
 * Termination: as {@link AffineConv}.
 */
final class AffineLinear implements Fold {
  @Override
  public String name() {
    return "bn+linear";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Linear linear)) {
      return Optional.empty();
    }
    Node producer = graph.producer(node);
    boolean flat = producer.op() instanceof Op.Flatten;
    Node affine = flat ? graph.producer(producer) : producer;
    if (!(affine.op() instanceof Op.ChannelAffine channels)
        || (flat && !graph.hasOneUse(producer))
        || !Downward.isTaken(graph, affine)) {
      return Optional.empty();
    }
    Op merged = merged(linear, channels, Math.toIntExact(affine.shape().plane()));
    return Optional.of(Rewrite.intoReader(this, graph, affine, node, merged));
  }

  private static Op merged(Op.Linear linear, Op.ChannelAffine affine, int plane) {
    Tensor scale = affine.scale().repeated(plane);
    Tensor shift = affine.shift().repeated(plane);
    Tensor weight = linear.weight();
    int inputs = weight.shape().extent(1);
    Tensor bias = linear.bias();
    double[] biases = new double[linear.outputs()];
    for (int o = 0; o < biases.length; o++) {
      biases[o] = bias == null ? 0 : bias.get(o);
      for (int j = 0; j < inputs; j++) {
        biases[o] += weight.get(o * inputs + j) * shift.get(j);
      }
    }
    return new Op.Linear(
        Tensor.computed(weight.shape(), j -> weight.get(j) * scale.get(j % inputs)),
        Tensor.vector(biases),
        linear.activation());
  }
}
