package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;
import java.util.Optional;

/**
 * Two convolutions of one value whose results are added up become one: <i>structural
 * re-parameterization</i> of parallel branches. Source: X. Ding et al., <i>RepVGG: Making VGG-style
 * ConvNets Great Again</i>, arXiv 2101.03697.
 *
 * <pre>
 * before:  u = conv(x; U, a)    v = conv(x; V, b)    y = f(u + v + …)
 * after:   w = conv(x; U + V', a + b)    y = f(w + …)
 *          where V' is V in the midst of zeros, so that it has the size of U
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>Both read the same value.
 *   <li>Nothing but the sum reads them, each once, and they are no outputs.
 *   <li>Neither has an activation of its own.
 *   <li>They have the same strides and groups, and each tap of the smaller lies where one of the
 *       larger does: on each axis the difference of the paddings before the map, counted in steps
 *       of the dilation, is the first of these taps; where the smaller has several, the dilation is
 *       the same.
 *   <li>The smaller has no pad values, and no bias that depends on the place. If a tap of it can
 *       fall outside the map, the larger has no pad values either.
 * </ol>
 *
 * <p>Kernels of which neither contains the other, as 1 × 3 and 3 × 1, stay: one for both would have
 * more taps than the two together. So do different groups.
 *
 * <p>Proof: at output r tap k of the smaller reads position r·stride − q + k·dilation, where the
 * larger's tap k + (p − q)/dilation reads r·stride − p + k·dilation + (p − q), which is the same;
 * outside the map both read 0. So the sums have the same terms, and those of one element add up.
 *
 * <p>Rounding: in double, then to float once. Termination: one operator fewer.
 */
final class SumOfConvs implements Fold {
  @Override
  public String name() {
    return "sum of convs";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Add)) {
      return Optional.empty();
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      for (int j = 0; j < node.inputs().size(); j++) {
        Optional<Op.Conv> merged = merged(graph, node.inputs().get(i), node.inputs().get(j));
        if (merged.isPresent()) {
          return Optional.of(Rewrite.withinSum(this, graph, node, i, j, merged.get()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Op.Conv> merged(Graph graph, int larger, int smaller) {
    Optional<Op.Conv> all = summand(graph, larger);
    Optional<Op.Conv> some = summand(graph, smaller);
    boolean isParallel =
        larger != smaller && graph.node(larger).inputs().equals(graph.node(smaller).inputs());
    return all.isPresent() && some.isPresent() && isParallel
        ? merged(all.get(), some.get())
        : Optional.empty();
  }

  /** A convolution that only one value reads, as it leaves the convolution. */
  static Optional<Op.Conv> summand(Graph graph, int id) {
    Node node = graph.node(id);
    return node.op() instanceof Op.Conv conv && conv.activation().isNone() && graph.hasOneUse(node)
        ? Optional.of(conv)
        : Optional.empty();
  }

  /** The larger with the smaller, if it can take it in. */
  static Optional<Op.Conv> merged(Op.Conv larger, Op.Conv smaller) {
    int row = firstTap(larger.window().rows(), smaller.window().rows());
    int column = firstTap(larger.window().columns(), smaller.window().columns());
    boolean plain =
        smaller.padValue() == null
            && (smaller.bias() == null || smaller.bias().size() == smaller.outputs())
            && (larger.padValue() == null
                || smaller.window().padding().equals(Window.Padding.NONE));
    if (row < 0 || column < 0 || larger.groups() != smaller.groups() || !plain) {
      return Optional.empty();
    }
    Tensor ones = Tensor.filled(larger.outputs(), 1);
    return Optional.of(
        new Op.Conv(
            larger.window(),
            larger.groups(),
            weight(larger.weight(), smaller.weight(), row, column),
            smaller.bias() == null
                ? larger.bias()
                : ConvAffine.bias(larger.bias(), ones, smaller.bias()),
            larger.padValue(),
            larger.activation()));
  }

  /** The larger's tap that lies where the smaller's first does; −1 if not each has one. */
  private static int firstTap(Window.Axis larger, Window.Axis smaller) {
    int distance = larger.before() - smaller.before();
    int tap = distance / larger.dilation();
    boolean isGrid =
        larger.stride() == smaller.stride()
            && distance == tap * larger.dilation()
            && (smaller.kernel() == 1 || smaller.dilation() == larger.dilation());
    return isGrid && tap + smaller.kernel() <= larger.kernel() ? tap : -1;
  }

  private static Tensor weight(Tensor larger, Tensor smaller, int row, int column) {
    List<Integer> all = larger.shape().extents();
    List<Integer> some = smaller.shape().extents();
    double[] sum = larger.toDoubles();
    for (int i = 0; i < smaller.size(); i++) {
      int x = i % some.get(3) + column;
      int y = i / some.get(3) % some.get(2) + row;
      int filter = i / (some.get(3) * some.get(2));
      sum[(filter * all.get(2) + y) * all.get(3) + x] += smaller.get(i);
    }
    return Tensor.of(Shape.of(all.get(0), all.get(1), all.get(2), all.get(3)), sum);
  }
}
