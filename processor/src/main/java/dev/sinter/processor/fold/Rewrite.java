package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.ArrayList;
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

  /**
   * Refuses what no certificate of the result would see.
   *
   * @throws IllegalStateException if another value than the result is made otherwise, and something
   *     that stays as it is reads it
   */
  void requireConfined() {
    for (Node node : after.nodes()) {
      if (node.id() != result && isOther(before, after, node, replaced, result)) {
        boolean escapes =
            after.isOutput(node)
                || after.consumers(node).stream()
                    .anyMatch(
                        reader ->
                            reader.id() != result
                                && before.has(reader.id())
                                && !isOther(before, after, reader, replaced, result));
        if (escapes) {
          throw new IllegalStateException(
              fold + " changes '" + node.name() + "', which others read");
        }
      }
    }
  }

  /** Whether a value that was there before is made otherwise now. */
  private static boolean isOther(Graph before, Graph after, Node node, int replaced, int result) {
    if (!before.has(node.id())) {
      return false;
    }
    Node old = before.node(node.id());
    List<Integer> inputs =
        old.inputs().stream().map(input -> input == replaced ? result : input).toList();
    return !old.op().equals(after.node(node.id()).op()) || !inputs.equals(node.inputs());
  }

  /** Does the work of {@code node} and its producer by one operator, in the place of the node. */
  static Rewrite intoProducer(Fold fold, Graph graph, Node node, Op merged) {
    Node producer = graph.producer(node);
    List<String> fields =
        Stream.concat(producer.fields().stream(), node.fields().stream()).toList();
    Graph after = graph.edit().replace(node.id(), fields, merged, producer.inputs()).build();
    return new Rewrite(fold.name(), fields, graph, node.id(), after, node.id(), producer.inputs());
  }

  /**
   * Does the work of an affine and of a layer that reads it by one operator, in the reader's place.
   * What stands between the two, if anything, reads what the affine read.
   */
  static Rewrite intoReader(Fold fold, Graph graph, Node affine, Node reader, Op merged) {
    List<String> named = Stream.concat(reader.fields().stream(), affine.fields().stream()).toList();
    List<String> fields =
        Stream.concat(affine.fields().stream(), reader.fields().stream()).toList();
    Graph.Builder edit = graph.edit();
    Node between = graph.producer(reader);
    if (between.id() == affine.id()) {
      edit.replace(reader.id(), named, merged, affine.inputs());
    } else {
      edit.replace(between.id(), between.fields(), between.op(), affine.inputs());
      edit.replace(reader.id(), named, merged, reader.inputs());
    }
    return new Rewrite(
        fold.name(), fields, graph, reader.id(), edit.build(), reader.id(), affine.inputs());
  }

  /** Lets an affine stand before its producer, which reads one value, and not behind it. */
  static Rewrite beforeProducer(Fold fold, Graph graph, Node node, Op.Affine moved) {
    Node producer = graph.producer(node);
    Graph.Builder edit = graph.edit();
    int id = edit.insert(node.id(), node.fields(), moved, producer.inputs());
    edit.replace(node.id(), producer.fields(), producer.op(), List.of(id));
    return new Rewrite(
        fold.name(), node.fields(), graph, node.id(), edit.build(), node.id(), producer.inputs());
  }

  /**
   * Lets one summand do the work of another, which the sum then lacks; with one summand left the
   * sum vanishes, and its activation is that summand's.
   *
   * @param kept the summand that does the work, by its place in the sum
   * @param gone the other
   */
  static Rewrite withinSum(
      Fold fold, Graph graph, Node sum, int kept, int gone, Op.Activatable merged) {
    Node keeps = graph.node(sum.inputs().get(kept));
    Node goes = graph.node(sum.inputs().get(gone));
    List<String> fields = new ArrayList<>(keeps.fields());
    if (!keeps.inputs().contains(goes.id())) {
      fields.addAll(goes.fields());
    }
    List<Integer> left = new ArrayList<>(sum.inputs());
    left.remove(gone);
    Graph.Builder edit = graph.edit();
    if (left.size() > 1) {
      edit.replace(keeps.id(), fields, merged, keeps.inputs());
      edit.replace(sum.id(), sum.fields(), sum.op(), left);
    } else {
      fields.addAll(sum.fields());
      Activation last = ((Op.Activatable) sum.op()).activation();
      edit.replace(sum.id(), fields, merged.with(last), keeps.inputs());
    }
    left.remove((Integer) keeps.id());
    List<Integer> boundary =
        Stream.concat(keeps.inputs().stream(), left.stream()).distinct().toList();
    return new Rewrite(fold.name(), fields, graph, sum.id(), edit.build(), sum.id(), boundary);
  }
}
