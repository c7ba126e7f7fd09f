package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two linear layers with nothing between become one.
 *
 * <pre>
 * before:  z = W₁·x + b₁    y = f(W₂·z + b₂)
 * after:   y = f(W·x + b)    W = W₂·W₁    b = W₂·b₁ + b₂
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The second reads the first.
 *   <li>Nothing else reads the first, and it is no output.
 *   <li>The first has no activation of its own.
 * </ol>
 *
 * <p>It pays where W has no more elements than W₁ and W₂: not where a narrow layer between two wide
 * ones is meant to save them.
 *
 * <p>Proof: matrix products are associative. Rounding: each element of W is a sum in double, then
 * rounded to float once. Termination: one operator fewer.
 */
final class LinearLinear implements Fold {
  @Override
  public String name() {
    return "linear+linear";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Linear second)) {
      return Optional.empty();
    }
    Node producer = graph.producer(node);
    if (!(producer.op() instanceof Op.Linear first)
        || !first.activation().isNone()
        || !graph.hasOneUse(producer)) {
      return Optional.empty();
    }
    int inputs = first.weight().shape().extent(1);
    long elements = (long) second.outputs() * inputs;
    if (elements > (long) first.weight().size() + second.weight().size()) {
      return Optional.empty();
    }
    Op merged =
        new Op.Linear(
            product(second.weight(), first.weight(), Shape.of(second.outputs(), inputs)),
            bias(second.weight(), first.bias(), second.bias()),
            second.activation());
    return Optional.of(Rewrite.intoProducer(this, graph, node, merged));
  }

  /**
   * The product of two matrices.
   *
   * @param left [O, M], maybe with further axes of extent 1
   * @param right [M, …]
   * @param shape of the result, [O, …]
   */
  static Tensor product(Tensor left, Tensor right, Shape shape) {
    int middle = right.shape().extent(0);
    double[] rows = right.toDoubles();
    int row = rows.length / middle;
    double[] sums = new double[Math.toIntExact(shape.size())];
    for (int o = 0; o < shape.extent(0); o++) {
      for (int m = 0; m < middle; m++) {
        double factor = left.get(o * middle + m);
        for (int i = 0; i < row; i++) {
          sums[o * row + i] += factor * rows[m * row + i];
        }
      }
    }
    return Tensor.of(shape, sums);
  }

  /** W·b₁ + b₂, for each place that b₁ distinguishes. */
  static @Nullable Tensor bias(Tensor weight, @Nullable Tensor first, @Nullable Tensor second) {
    if (first == null) {
      return second;
    }
    int outputs = weight.shape().extent(0);
    List<Integer> extents = new ArrayList<>(first.shape().extents());
    extents.set(0, outputs);
    Tensor through = product(weight, first, new Shape(extents));
    int places = through.size() / outputs;
    return second == null
        ? through
        : Tensor.computed(through.shape(), i -> through.get(i) + second.get(i / places));
  }
}
