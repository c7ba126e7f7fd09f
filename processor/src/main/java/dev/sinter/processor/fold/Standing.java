package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch normalization that is still a layer of its own after folding.
 *
 * @param field the field that declares it
 * @param reason why nothing took it in, as the end of a sentence about it, and what stands behind
 *     it
 * @param remedy what would let it be folded, as a sentence
 */
public record Standing(String field, String reason, String remedy) {

  /** The batch normalizations of {@code unfolded} that still stand in {@code folded}. */
  public static List<Standing> in(Graph unfolded, Graph folded) {
    List<String> norms =
        unfolded.nodes().stream()
            .filter(node -> node.op() instanceof Op.BatchNorm)
            .map(Node::name)
            .toList();
    List<Standing> standing = new ArrayList<>();
    for (Node node : folded.nodes()) {
      if (node.op() instanceof Op.Affine) {
        node.fields().stream()
            .filter(norms::contains)
            .findFirst()
            .ifPresent(
                field ->
                    standing.add(new Standing(field, reason(folded, node), remedy(folded, node))));
      }
    }
    return standing;
  }

  /** Why it goes neither way. With other folds than all there may be no reason. */
  private static String reason(Graph graph, Node node) {
    String up =
        Upward.obstacle(graph, node, (Op.Affine) node.op())
            .orElse("the fold into '" + graph.producer(node).name() + "' was not asked for.");
    boolean isRead = !graph.consumers(node).isEmpty();
    return isRead ? up + Downward.obstacle(graph, node).map(" "::concat).orElse("") : up;
  }

  /** What to change, by what is met first on the way up. */
  private static String remedy(Graph graph, Node node) {
    Node value = graph.producer(node);
    while (isPassed(graph, value)) {
      value = graph.producer(value);
    }
    if (value.op() instanceof Op.Input) {
      return "A layer with weights before it, or one behind it that does not pad; else it stays, at"
          + " one multiplication an element.";
    }
    if (!graph.hasOneUse(value)) {
      return "If all readers of '" + value.name() + "' could read the normalized value.";
    }
    return hasActivation(value)
        ? "Training with the normalization before the activation: convolution, batch normalization,"
            + " activation."
        : "Training with the normalization directly behind a convolution or a linear layer.";
  }

  private static boolean hasActivation(Node value) {
    return value.op() instanceof Op.Activate
        || (value.op() instanceof Op.Activatable with && !with.activation().isNone());
  }

  /** Whether an affine may go past it, so that what matters is before it. */
  private static boolean isPassed(Graph graph, Node value) {
    Op op = value.op();
    boolean rearranges =
        op instanceof Op.Concat
            || op instanceof Op.Pool
            || op instanceof Op.GlobalPool
            || op instanceof Op.Flatten
            || op instanceof Op.Upsample
            || op instanceof Op.ChannelShuffle;
    return rearranges && graph.hasOneUse(value) && !hasActivation(value);
  }
}
