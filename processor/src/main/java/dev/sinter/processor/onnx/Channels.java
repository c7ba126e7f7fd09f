package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Which axis of a model's value are its channels: a file does not say, but its layers do.
 * Convolutions, pools, batch normalizations and linear layers, which are convolutions here, read
 * channels. What stands between them and a value must leave the channels where they are; a
 * rearrangement does not, as one that puts the lines of a softmax where channels would be. Softmax,
 * Concat and the like take any axis, so they say nothing.
 */
final class Channels {
  private Channels() {}

  /** The values whose channels a layer reads. */
  static Set<Integer> read(Graph graph) {
    Set<Integer> read = new HashSet<>();
    List<Node> nodes = new ArrayList<>(graph.nodes());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (isLayer(node.op()) || (read.contains(node.id()) && keeps(node, graph::node))) {
        read.addAll(node.inputs());
      }
    }
    return read;
  }

  /**
   * Whether the channels of a value are a layer's, or those of an input.
   *
   * @param nodes by their ids
   * @param inputs the ids of inputs whose channels are known
   */
  static boolean given(int value, IntFunction<Node> nodes, Predicate<Integer> inputs) {
    Set<Integer> seen = new HashSet<>();
    List<Integer> open = new ArrayList<>(List.of(value));
    while (!open.isEmpty()) {
      int id = open.remove(open.size() - 1);
      Node node = nodes.apply(id);
      if (isLayer(node.op()) || inputs.test(id)) {
        return true;
      }
      if (seen.add(id) && keeps(node, nodes)) {
        open.addAll(node.inputs());
      }
    }
    return false;
  }

  private static boolean isLayer(Op op) {
    return op instanceof Op.Conv
        || op instanceof Op.ConvTranspose
        || op instanceof Op.Pool
        || op instanceof Op.GlobalPool
        || op instanceof Op.BatchNorm;
  }

  /** Whether the channels of what a node reads are its own. */
  private static boolean keeps(Node node, IntFunction<Node> nodes) {
    if (node.op() instanceof Op.Reshape || node.op() instanceof Op.Flatten) {
      Shape read = nodes.apply(node.inputs().get(0)).shape();
      return read.channels() == node.shape().channels();
    }
    return !(node.op() instanceof Op.Rearrange);
  }
}
