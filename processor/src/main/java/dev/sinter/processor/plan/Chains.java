package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions that a backend may compute as one: the inverted residual blocks of MobileNetV2 and
 * the separable convolutions of its predecessor. A 1 × 1 convolution expands the channels, a
 * depthwise one filters each by itself, a 1 × 1 convolution projects them; the first or the last
 * may be missing. What passes between is several times what goes in and comes out, so that most of
 * the time goes into writing and reading it. But a band of rows of the result needs only a band of
 * what is between, which fits in a core's cache.
 *
 * <p>Only where
 *
 * <ul>
 *   <li>the steps follow each other directly, each reading the one before;
 *   <li>nothing else reads what is between, and no output is it: only a convolution reads it, so it
 *       has a block by itself;
 *   <li>the 1 × 1 convolutions have one group, a stride of one and no padding;
 *   <li>none but the projection adds a value.
 * </ul>
 *
 * <p>Such a kernel reads the chain's input until it has written all of the result; {@link Blocks}
 * keeps the two apart.
 */
final class Chains {
  private static final Window.Pair ONE = new Window.Pair(1, 1);

  private final Graph graph;
  private final List<Node> nodes;

  private Chains(Graph graph, List<Node> nodes) {
    this.graph = graph;
    this.nodes = nodes;
  }

  /**
   * The operators in their order, those of a chain together and every other one by itself.
   *
   * @param nodes the graph's operators in the order in which they run, as {@link Residuals#fused}
   *     joins them
   */
  static List<List<Node>> of(Graph graph, List<Node> nodes) {
    Chains chains = new Chains(graph, nodes);
    List<List<Node>> all = new ArrayList<>();
    int end;
    for (int at = 0; at < nodes.size(); at = end) {
      end = chains.end(at);
      all.add(nodes.subList(at, end));
    }
    return all;
  }

  /** One past the last operator of the chain that begins here. */
  private int end(int at) {
    boolean expands = isPointwise(nodes.get(at)) && feedsNext(at);
    int depthwise = expands ? at + 1 : at;
    if (!isDepthwise(nodes.get(depthwise))) {
      return at + 1;
    }
    boolean projects = feedsNext(depthwise) && isPointwise(nodes.get(depthwise + 1));
    return depthwise + (projects ? 2 : 1);
  }

  /**
   * Whether a value without an addend is what the next operator computes with, and goes nowhere
   * else.
   */
  private boolean feedsNext(int at) {
    Node node = nodes.get(at);
    return node.inputs().size() == 1
        && at + 1 < nodes.size()
        && nodes.get(at + 1).inputs().indexOf(node.id()) == 0
        && graph.hasOneUse(node);
  }

  private static boolean isPointwise(Node node) {
    return node.op() instanceof Op.Conv conv
        && conv.groups() == 1
        && conv.window().kernel().equals(ONE)
        && conv.window().stride().equals(ONE)
        && conv.window().padding().equals(Window.Padding.NONE);
  }

  private static boolean isDepthwise(Node node) {
    return node.op() instanceof Op.Conv conv
        && node.inputs().size() == 1
        && node.shape().rank() == 3
        && conv.groups() == conv.outputs()
        && conv.weight().shape().extent(1) == 1;
  }
}
