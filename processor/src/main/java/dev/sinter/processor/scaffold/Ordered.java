package dev.sinter.processor.scaffold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A graph in the order of a declaration: further inputs, then for each output what it needs. A
 * class's outputs are in the order of its fields, and its last field is one; where an output stands
 * before the one that it should follow, or is an input, an identity behind it is the output.
 */
final class Ordered {
  private final Graph graph;
  private final Set<Integer> done = new HashSet<>();
  private final List<Line> lines = new ArrayList<>();

  /**
   * One field.
   *
   * @param node what it computes; for an identity, what it reads
   * @param output the name of the output that it is, or nothing
   * @param identity whether it is an identity behind the node
   */
  record Line(Node node, String output, boolean identity) {}

  private Ordered(Graph graph) {
    this.graph = graph;
  }

  static List<Line> of(Graph graph) {
    Ordered ordered = new Ordered(graph);
    graph.inputs().forEach(input -> ordered.add(input, ""));
    for (Graph.Output output : graph.outputs()) {
      ordered.addOutput(output);
    }
    return ordered.lines;
  }

  private void addOutput(Graph.Output output) {
    Node result = graph.node(output.id());
    if (done.contains(result.id())) {
      lines.add(new Line(result, output.name(), true));
      return;
    }
    Set<Integer> needed = needed(result);
    for (Node node : graph.nodes()) {
      if (needed.contains(node.id()) && !done.contains(node.id())) {
        add(node, node.id() == output.id() ? output.name() : "");
      }
    }
  }

  private void add(Node node, String output) {
    lines.add(new Line(node, output, false));
    done.add(node.id());
  }

  private Set<Integer> needed(Node result) {
    Set<Integer> needed = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(result.id()));
    while (!open.isEmpty()) {
      int id = open.pop();
      if (needed.add(id) && !(graph.node(id).op() instanceof Op.Input)) {
        graph.node(id).inputs().forEach(open::push);
      }
    }
    return needed;
  }
}
