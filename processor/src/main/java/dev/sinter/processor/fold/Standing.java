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
 * @param reason why nothing took it in, as the end of a sentence about it
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

  private static String reason(Graph graph, Node node) {
    Node producer = graph.producer(node);
    String name = producer.name();
    if (producer.op() instanceof Op.Input) {
      return "it reads the input '" + name + "', and there is no layer before it to take it in.";
    }
    boolean takesIn =
        producer.op() instanceof Op.Conv
            || producer.op() instanceof Op.Linear
            || producer.op() instanceof Op.Affine;
    if (!takesIn) {
      return "it reads '"
          + name
          + "', which has no weights to take it in; a convolution, a linear layer or another batch"
          + " normalization directly before it would.";
    }
    if (producer.op() instanceof Op.Activatable op && !op.activation().isNone()) {
      String last = producer.fields().get(producer.fields().size() - 1);
      return "the activation '" + last + "' stands between '" + name + "' and it.";
    }
    if (graph.isOutput(producer)) {
      return "'" + name + "' is an output of the network, so its own value must stay.";
    }
    String others =
        String.join(
            ", ",
            graph.consumers(producer).stream()
                .filter(consumer -> consumer.id() != node.id())
                .map(consumer -> "'" + consumer.name() + "'")
                .distinct()
                .toList());
    return "'" + name + "' is also read by " + others + ", which needs its value without it.";
  }
}
