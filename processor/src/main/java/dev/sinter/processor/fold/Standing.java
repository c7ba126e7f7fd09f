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
 */
public record Standing(String field, String reason) {

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
            .ifPresent(field -> standing.add(new Standing(field, reason(folded, node))));
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
}
