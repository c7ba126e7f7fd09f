package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A batch normalization, or other channel affine, behind a concatenation moves before it, where
 * each of the layers that are joined takes in the part of its own channels.
 *
 * <pre>
 * before:  z = [x₁, x₂, …]    y = s·z + t
 * after:   y = [s₁·x₁ + t₁, s₂·x₂ + t₂, …]    s = [s₁, s₂, …], t = [t₁, t₂, …]
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The affine reads the concatenation, and has no activation of its own.
 *   <li>Nothing else reads the concatenation, and it is no output: its value is gone afterwards.
 * </ol>
 *
 * <p>It pays where what makes each joined value can take in its part, as {@link Upward} finds; so
 * none is joined twice. All or nothing: an affine that stayed before the concatenation for one part
 * would be fewer multiplications, but as many passes over memory; and one pass more where an
 * activation follows, which the affine behind applies as it writes and a concatenation cannot.
 *
 * <p>Proof: a concatenation moves no element to another channel's place, so y's channels are
 * computed from the same x with the same constants. Rounding: none. Termination: one affine is
 * replaced by others, each nearer to the inputs.
 */
final class ConcatAffine implements Fold {
  @Override
  public String name() {
    return "bn before a concatenation";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine affine)
        || !affine.then().isNone()
        || !(graph.producer(node).op() instanceof Op.Concat)
        || Upward.obstacle(graph, node, affine).isPresent()) {
      return Optional.empty();
    }
    Node concat = graph.producer(node);
    List<Op.Affine> parts = parts(graph, concat, affine);
    Graph.Builder edit = graph.edit();
    List<Integer> joined = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      List<Integer> input = List.of(concat.inputs().get(i));
      joined.add(edit.insert(node.id(), node.fields(), parts.get(i), input));
    }
    edit.replace(node.id(), concat.fields(), concat.op(), joined);
    return Optional.of(
        new Rewrite(
            name(), node.fields(), graph, node.id(), edit.build(), node.id(), concat.inputs()));
  }

  /** What each joined value takes in. */
  static List<Op.Affine> parts(Graph graph, Node concat, Op.ChannelAffine affine) {
    List<Op.Affine> parts = new ArrayList<>();
    int first = 0;
    for (int input : concat.inputs()) {
      int from = first;
      Shape channels = Shape.of(graph.node(input).shape().channels());
      parts.add(
          new Op.Affine(
              Tensor.computed(channels, c -> affine.scale().get(from + c)),
              Tensor.computed(channels, c -> affine.shift().get(from + c)),
              Activation.NONE));
      first += channels.extent(0);
    }
    return parts;
  }
}
