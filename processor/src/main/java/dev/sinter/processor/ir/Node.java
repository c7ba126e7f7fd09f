package dev.sinter.processor.ir;

import java.util.List;

/**
 * One value of a graph and the operator that makes it.
 *
 * @param id what others call it by; kept when the graph is rewritten around it
 * @param fields the declared layers that this operator does the work of, the one that names it
 *     first
 * @param op the operator
 * @param inputs the ids of the values it reads
 * @param shape the shape of the value
 */
public record Node(int id, List<String> fields, Op op, List<Integer> inputs, Shape shape) {
  public Node {
    fields = List.copyOf(fields);
    inputs = List.copyOf(inputs);
  }

  /** The field that names it. */
  public String name() {
    return fields.get(0);
  }
}
