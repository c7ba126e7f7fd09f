package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two convolutions of one value, whose results stand side by side in a concatenation, become one:
 * <i>horizontal fusion</i>. Source: Z. Jia et al., <i>Optimizing DNN Computation with Relaxed Graph
 * Substitutions</i>, SysML 2019.
 *
 * <pre>
 * before:  u = f(conv(x; U, a))    v = f(conv(x; V, b))    y = concat(…, u, v, …)
 * after:   w = f(conv(x; [U; V], [a; b]))    y = concat(…, w, …)
 *          where [U; V] is the filters of U, then those of V
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>Both read the same value.
 *   <li>Nothing but the concatenation reads them, each once, and they are no outputs.
 *   <li>They stand next to each other in it.
 *   <li>Their windows are the same: kernel, strides, dilation and padding.
 *   <li>Both are of one group.
 *   <li>Both have the same activation, without a parameter for each channel.
 *   <li>Both pad with the same values.
 * </ol>
 *
 * <p>Left as they are: two of which only one has a bias that depends on the place, because the
 * other would get one too.
 *
 * <p>Identity: concat(f(U·x + a), f(V·x + b)) = f([U; V]·x + [a; b]), for the vector x of what the
 * taps read. Proof: an output of a convolution in one group depends on its own filter and bias, and
 * on what the taps read, which is the same for both, in the map and outside. The outputs of the
 * second follow those of the first, as the channels of v those of u.
 *
 * <p>Rounding: none, each constant stays as it is. Termination: one operator fewer; with two values
 * to join, two.
 */
final class ParallelConvs implements Fold {
  @Override
  public String name() {
    return "parallel convs";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Concat)) {
      return Optional.empty();
    }
    for (int i = 1; i < node.inputs().size(); i++) {
      Node first = graph.node(node.inputs().get(i - 1));
      Node second = graph.node(node.inputs().get(i));
      if (first.op() instanceof Op.Conv u
          && second.op() instanceof Op.Conv v
          && graph.hasOneUse(first)
          && graph.hasOneUse(second)
          && first.inputs().equals(second.inputs())
          && areAlike(u, v)) {
        return Optional.of(rewrite(graph, node, i - 1, stacked(u, v)));
      }
    }
    return Optional.empty();
  }

  private static boolean areAlike(Op.Conv first, Op.Conv second) {
    Activation activation = first.activation();
    boolean isOfEachChannel =
        activation.kind() == Activation.Kind.PRELU && activation.parameters().size() > 1;
    return first.window().equals(second.window())
        && first.groups() == 1
        && second.groups() == 1
        && activation.equals(second.activation())
        && !isOfEachChannel
        && areEqual(first.padValue(), second.padValue())
        && places(first) == places(second);
  }

  private static boolean areEqual(@Nullable Tensor first, @Nullable Tensor second) {
    if (first == null || second == null) {
      return first == null && second == null;
    }
    return Arrays.equals(first.toDoubles(), second.toDoubles());
  }

  /** That its bias distinguishes. */
  private static int places(Op.Conv conv) {
    return conv.bias() == null ? 1 : conv.bias().size() / conv.outputs();
  }

  private static Op.Conv stacked(Op.Conv first, Op.Conv second) {
    Tensor bias =
        first.bias() == null && second.bias() == null ? null : stacked(bias(first), bias(second));
    return new Op.Conv(
        first.window(),
        1,
        stacked(first.weight(), second.weight()),
        bias,
        first.padValue(),
        first.activation());
  }

  private static Tensor bias(Op.Conv conv) {
    return conv.bias() == null ? Tensor.filled(conv.outputs(), 0) : conv.bias();
  }

  /** Behind each other on the first axis. */
  private static Tensor stacked(Tensor first, Tensor second) {
    List<Integer> extents = new ArrayList<>(first.shape().extents());
    extents.set(0, first.shape().extent(0) + second.shape().extent(0));
    int size = first.size();
    return Tensor.computed(new Shape(extents), i -> i < size ? first.get(i) : second.get(i - size));
  }

  /**
   * Does the work of two values of a concatenation by one, which is the concatenation itself if
   * there are no others.
   */
  private Rewrite rewrite(Graph graph, Node concat, int at, Op.Conv stacked) {
    Node first = graph.node(concat.inputs().get(at));
    Node second = graph.node(concat.inputs().get(at + 1));
    List<String> both = Stream.concat(first.fields().stream(), second.fields().stream()).toList();
    List<String> all = Stream.concat(both.stream(), concat.fields().stream()).toList();
    List<Integer> others = new ArrayList<>(concat.inputs());
    others.subList(at, at + 2).clear();
    Graph.Builder edit = graph.edit();
    if (others.isEmpty()) {
      edit.replace(concat.id(), all, stacked, first.inputs());
    } else {
      List<Integer> joined = new ArrayList<>(others);
      joined.add(at, edit.insert(concat.id(), both, stacked, first.inputs()));
      edit.replace(concat.id(), concat.fields(), concat.op(), joined);
    }
    List<Integer> boundary =
        Stream.concat(first.inputs().stream(), others.stream()).distinct().toList();
    return new Rewrite(name(), all, graph, concat.id(), edit.build(), concat.id(), boundary);
  }
}
