package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.RandomOps;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  // ---- comparing ----

  /** Compares all outputs, on random inputs of the true shapes. */
  void assertSameFunctionAs(Graph unfolded) {
    RandomOps ops = new RandomOps(3);
    Map<Integer, double[]> inputs = new HashMap<>();
    unfolded.inputs().forEach(node -> inputs.put(node.id(), ops.elements(node.shape())));
    Map<Integer, Value> before = Interpreter.run(unfolded, inputs);
    Map<Integer, Value> after = Interpreter.run(graph, inputs);
    Map<Integer, Value> shipped = Interpreter.run(graph.rounded(), inputs);
    for (int i = 0; i < unfolded.outputs().size(); i++) {
      Value expected = before.get(unfolded.outputs().get(i).id());
      int id = graph.outputs().get(i).id();
      assertClose(after.get(id), expected, exactBound(unfolded), unfolded.outputs().get(i));
      assertClose(shipped.get(id), expected, shippedBound(unfolded), unfolded.outputs().get(i));
    }
  }

  private static void assertClose(Value actual, Value expected, double bound, Graph.Output output) {
    for (int i = 0; i < expected.size(); i++) {
      double error = Math.abs(actual.value(i) - expected.value(i));
      assertWithMessage("error of %s at %s, magnitude %s", output.name(), i, expected.magnitude(i))
          .that(error)
          .isAtMost(bound * expected.magnitude(i));
    }
  }

  /**
   * How far two graphs may be apart, in units of a result's magnitude. An operator computes an
   * element from those it reads by fewer roundings than they and 24 more (its bias, the steps of a
   * batch normalization, a function worth 16). With N the sum of that over all operators, a result
   * is within N·2⁻⁵³ of its magnitude, before folding and, since folding joins operators, after it.
   * A rewrite makes each constant from at most five others with at most 7 roundings: s = γ/√(σ² +
   * ε) takes 3, t = β − μ·s takes 2, s·b + t takes 2, all relative to the magnitude of t and s·b.
   */
  private double exactBound(Graph unfolded) {
    double roundings = 0;
    for (Node node : unfolded.nodes()) {
      roundings += 24;
      for (int input : node.inputs()) {
        roundings += unfolded.node(input).shape().size();
      }
    }
    return (2 * roundings + 7 * rewrites.size()) * 0x1p-53;
  }

  /**
   * Rounding a constant to float changes it by a factor within 1 ± 2⁻²⁴, and a result that D
   * constants are multiplied on the way to by (1 + 2⁻²⁴)ᴰ. An operator has at most two on one way,
   * a weight and the parameter of its activation.
   */
  private double shippedBound(Graph unfolded) {
    double constants = 2 * graph.nodes().size();
    return exactBound(unfolded) + Math.expm1(constants * Math.log1p(0x1p-24));
  }
}
