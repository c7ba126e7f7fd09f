package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a network gives, computed in double as {@link Interpreter} does, but convolutions faster and
 * in less memory: a value is forgotten after its last use.
 */
public final class Evaluation {
  private Evaluation() {}

  /**
   * The elements of each output, in the order of the graph's outputs.
   *
   * @param inputs the elements of each of the graph's inputs, by id
   * @throws IllegalArgumentException if an input is missing or of another length
   */
  public static List<double[]> outputs(Graph graph, Map<Integer, double[]> inputs) {
    Map<Integer, Integer> uses = new HashMap<>();
    graph.nodes().forEach(node -> node.inputs().forEach(id -> uses.merge(id, 1, Integer::sum)));
    graph.outputs().forEach(output -> uses.merge(output.id(), 1, Integer::sum));
    Map<Integer, Value> values = new HashMap<>();
    for (Node node : graph.nodes()) {
      List<Value> read = node.inputs().stream().map(values::get).toList();
      values.put(node.id(), value(node, read, inputs));
      for (int id : node.inputs()) {
        if (uses.merge(id, -1, Integer::sum) == 0) {
          values.remove(id);
        }
      }
    }
    return graph.outputs().stream()
        .map(output -> Objects.requireNonNull(values.get(output.id()), "a value kept").values())
        .toList();
  }

  private static Value value(Node node, List<Value> read, Map<Integer, double[]> inputs) {
    if (node.op() instanceof Op.Conv conv) {
      Value y = MatrixConvolution.products(conv, read.get(0), node.shape());
      MatrixConvolution.addBias(conv, read.get(0).shape(), y);
      return Interpreter.activated(y, conv.activation(), 0);
    }
    return Interpreter.value(node, read, inputs, 0);
  }
}
