package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.ArrayList;
import java.util.List;

/** A graph after folding, and what was done to it. */
record Folded(Graph graph, List<Rewrite> rewrites) {

  static Folded of(Graph graph) {
    return of(graph, Folder.ALL);
  }

  /** Fails where folding does not end. */
  static Folded of(Graph graph, List<Fold> folds) {
    List<Rewrite> rewrites = new ArrayList<>();
    long most = mostRewrites(graph);
    Graph folded =
        new Folder(folds)
            .fold(
                graph,
                rewrite -> {
                  rewrites.add(rewrite);
                  if (rewrites.size() > most) {
                    throw new AssertionError("more than " + most + " rewrites: " + names(rewrites));
                  }
                });
    return new Folded(folded, rewrites);
  }

  /**
   * Each rewrite leaves an operator fewer, or a batch normalization fewer and none more, or takes
   * an affine past an operator before it, which each does once at most on each way up; or a reader
   * of an affine away.
   */
  static long mostRewrites(Graph graph) {
    long norms = graph.nodes().stream().filter(node -> node.op() instanceof Op.BatchNorm).count();
    long operators = graph.nodes().size() - graph.inputs().size();
    return operators * operators + operators + norms;
  }

  /** The folds that were done, in order. */
  List<String> folds() {
    return names(rewrites);
  }

  /** The kinds of the operators that are left, in order, inputs aside. */
  List<String> operators() {
    return graph.nodes().stream()
        .map(Node::op)
        .filter(op -> !(op instanceof Op.Input))
        .map(Folded::description)
        .toList();
  }

  private static String description(Op op) {
    String name = op.getClass().getSimpleName();
    return op instanceof Op.Activatable a && !a.activation().isNone()
        ? name + "+" + a.activation().kind()
        : name;
  }

  private static List<String> names(List<Rewrite> rewrites) {
    return rewrites.stream().map(Rewrite::fold).toList();
  }
}
