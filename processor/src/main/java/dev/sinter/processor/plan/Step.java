package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Description;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.List;

/**
 * One call of a kernel.
 *
 * @param node the value it makes; its operator is the graph's, or the convolution that computes the
 *     graph's sum
 * @param op the operator, lowered to what kernels there are
 * @param inputs where it reads; a convolution adds the second to its results
 * @param output where it writes
 */
public record Step(Node node, Op op, List<Region> inputs, Region output) {
  /** Whether it is a convolution that adds its second input. */
  public boolean adds() {
    return op instanceof Op.Conv && inputs.size() == 2;
  }

  /** How the step is computed, if it is a convolution. */
  public Algorithm algorithm() {
    return op instanceof Op.Conv conv ? Algorithm.of(conv, node.shape()) : Algorithm.DIRECT;
  }

  /** What is done, in words: {@code "3 × 3 convolution, plus a value, then RELU"}. */
  public String description() {
    return Description.of(node.op(), adds() ? ", plus a value" : "") + algorithm().words();
  }
}
