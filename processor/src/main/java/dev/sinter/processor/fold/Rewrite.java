package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.List;
import java.util.stream.Stream;

/**
 * One fold, done at one place. What it claims: {@code result} is the same function of {@code
 * boundary} in {@code after} as it was in {@code before}.
 *
 * @param fold the fold's name
 * @param fields the declared layers it concerns, in the order of the computation
 * @param before the graph it was found in
 * @param replaced the value in {@code before} that was computed anew
 * @param after the graph that comes of it
 * @param result the value in {@code after} that stands for it
 * @param boundary the values, present in both, that it is computed from
 */
public record Rewrite(
    String fold,
    List<String> fields,
    Graph before,
    int replaced,
    Graph after,
    int result,
    List<Integer> boundary) {

  /** Does the work of {@code node} and its producer by one operator, in the place of the node. */
  static Rewrite intoProducer(Fold fold, Graph graph, Node node, Op merged) {
    Node producer = graph.producer(node);
    List<String> fields =
        Stream.concat(producer.fields().stream(), node.fields().stream()).toList();
    Graph after = graph.edit().replace(node.id(), fields, merged, producer.inputs()).build();
    return new Rewrite(fold.name(), fields, graph, node.id(), after, node.id(), producer.inputs());
  }
}
