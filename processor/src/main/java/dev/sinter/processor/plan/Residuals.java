package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sums that a convolution computes as it stores its results. Before: {@code c = Conv(x); y = Add(c,
 * r)}, after: one convolution that reads x and r and makes y, with the sum's activation. So c is
 * never written and read again.
 *
 * <p>Only where
 *
 * <ul>
 *   <li>nothing else reads c, and it is no output of the network;
 *   <li>the convolution has no activation, which would come before the sum;
 *   <li>the sum has two operands: of three, one pass over all of them moves as much as a
 *       convolution that adds one and a sum of what is left;
 *   <li>r is there when the convolution runs, so that it need not wait, with x, for r. Of two
 *       convolutions it is the later one.
 * </ul>
 *
 * <p>The sum is rounded once, as it was by itself.
 */
final class Residuals {
  private final Graph graph;
  private final Map<Integer, Integer> times = new HashMap<>();

  private Residuals(Graph graph) {
    this.graph = graph;
    graph.nodes().forEach(node -> times.put(node.id(), times.size()));
  }

  /**
   * The graph's operators in the order in which they run. Convolutions of two inputs add the second
   * one; each has the sum's id and stands where the convolution stood.
   */
  static List<Node> fused(Graph graph) {
    Residuals residuals = new Residuals(graph);
    Map<Integer, Node> sums = new HashMap<>(); // by their convolutions
    Set<Integer> fused = new HashSet<>();
    for (Node node : graph.nodes()) {
      residuals
          .convolution(node)
          .ifPresent(
              convolution -> {
                sums.put(convolution.id(), joined(convolution, node));
                fused.add(node.id());
              });
    }
    return graph.nodes().stream()
        .filter(node -> !fused.contains(node.id()))
        .map(node -> sums.getOrDefault(node.id(), node))
        .toList();
  }

  /** The convolution that can compute a value, if that is a sum. */
  private Optional<Node> convolution(Node sum) {
    if (!(sum.op() instanceof Op.Add) || sum.inputs().size() != 2) {
      return Optional.empty();
    }
    Node first = graph.node(sum.inputs().get(0));
    Node second = graph.node(sum.inputs().get(1));
    Node later = time(first) > time(second) ? first : second;
    boolean silent = later.op() instanceof Op.Conv conv && conv.activation().isNone();
    return silent && graph.hasOneUse(later) ? Optional.of(later) : Optional.empty();
  }

  private int time(Node node) {
    return times.getOrDefault(node.id(), -1);
  }

  private static Node joined(Node convolution, Node sum) {
    List<String> fields = new ArrayList<>(convolution.fields());
    fields.addAll(sum.fields());
    int other = sum.inputs().get(sum.inputs().get(0) == convolution.id() ? 1 : 0);
    List<Integer> inputs = List.of(convolution.inputs().get(0), other);
    Op op = ((Op.Conv) convolution.op()).with(((Op.Add) sum.op()).activation());
    return new Node(sum.id(), fields, op, inputs, sum.shape());
  }
}
