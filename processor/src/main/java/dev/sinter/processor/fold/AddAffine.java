package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A batch normalization, or other channel affine, behind a sum moves before it, where the layers
 * that are summed then take it in: <i>conv-add-bn folding</i>, of residual connections.
 *
 * <pre>
 * before:  z = x₁ + x₂ + …    y = s·z + t
 * after:   y = (s·x₁ + t) + s·x₂ + …
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The affine reads the sum, and has no activation of its own.
 *   <li>Nothing else reads the sum, and it is no output: its value is gone afterwards.
 *   <li>The sum has no activation of its own.
 * </ol>
 *
 * <p>It pays where what makes each summed value can take in the scale, and one of them the shift
 * too, as {@link Upward} finds; above all, where these values have no other use.
 *
 * <p>Proof: s·(x₁ + x₂ + …) + t, multiplied out; t enters once. Rounding: in double. Termination:
 * one affine is replaced by others, each nearer to the inputs.
 */
final class AddAffine implements Fold {
  @Override
  public String name() {
    return "bn before a sum";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine affine)
        || !affine.then().isNone()
        || !(graph.producer(node).op() instanceof Op.Add)
        || Upward.obstacle(graph, node, affine).isPresent()) {
      return Optional.empty();
    }
    Node sum = graph.producer(node);
    List<Op.Affine> shares = shares(graph, sum, affine);
    Graph.Builder edit = graph.edit();
    List<Integer> summed = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      List<Integer> input = List.of(sum.inputs().get(i));
      summed.add(edit.insert(node.id(), node.fields(), shares.get(i), input));
    }
    edit.replace(node.id(), sum.fields(), sum.op(), summed);
    return Optional.of(
        new Rewrite(
            name(), node.fields(), graph, node.id(), edit.build(), node.id(), sum.inputs()));
  }

  /** Why the summed values cannot take in the affine; nothing if they can. */
  static Optional<String> obstacle(Graph graph, Node sum, Op.ChannelAffine affine) {
    int taken = shares(graph, sum, affine).size();
    if (taken == sum.inputs().size()) {
      return Optional.empty();
    }
    String other = graph.node(sum.inputs().get(taken)).name();
    return Optional.of(
        "'" + sum.name() + "' before it sums '" + other + "', which cannot take it in.");
  }

  /**
   * What each summed value takes in: the scale, and the first that can the shift too. As many as
   * there are values; or fewer, if the next one does not take its share.
   */
  private static List<Op.Affine> shares(Graph graph, Node sum, Op.ChannelAffine affine) {
    Op.Affine whole = affine.asAffine();
    Op.Affine scaled = Op.Affine.times(affine.scale());
    Tensor shift = affine.shift();
    boolean isShifted = IntStream.range(0, shift.size()).allMatch(c -> shift.get(c) == 0);
    List<Op.Affine> shares = new ArrayList<>();
    for (int input : sum.inputs()) {
      Node value = graph.node(input);
      if (!isShifted && Upward.obstacle(graph, value, sum, whole).isEmpty()) {
        shares.add(whole);
        isShifted = true;
      } else if (Upward.obstacle(graph, value, sum, scaled).isEmpty()) {
        shares.add(scaled);
      } else {
        return shares;
      }
    }
    return isShifted ? shares : shares.subList(0, shares.size() - 1);
  }
}
