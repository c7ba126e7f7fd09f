package dev.sinter.processor.quantize;

import dev.sinter.processor.ir.Encoding;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Stores the weights of a graph. */
public final class Quantizer {
  private final Function<String, Storage> asked;

  /**
   * A quantizer.
   *
   * @param asked how the weights of a declared layer shall be stored
   */
  public Quantizer(Function<String, Storage> asked) {
    this.asked = asked;
  }

  /**
   * How the weights of an operator are stored: of the layers that it does the work of, the one that
   * asks for the most decides.
   *
   * @param declared the graph as declared, which tells layers with weights from others
   */
  Storage storage(Node node, Graph declared) {
    List<String> weighted =
        declared.nodes().stream()
            .filter(other -> other.op() instanceof Op.Weighted)
            .map(Node::name)
            .filter(node.fields()::contains)
            .toList();
    return (weighted.isEmpty() ? node.fields() : weighted)
        .stream().map(asked).min(Storage::compareTo).orElse(Storage.FLOAT32);
  }

  /** Whether any weights are stored otherwise than as floats. */
  public boolean changes(Graph graph, Graph declared) {
    return graph.nodes().stream()
        .anyMatch(
            node -> node.op() instanceof Op.Weighted && storage(node, declared) != Storage.FLOAT32);
  }

  /** The graph with its weights as they are stored. */
  public Graph store(Graph graph, Graph declared) {
    Graph.Builder stored = graph.edit();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Weighted op) {
        Tensor weight = storage(node, declared).store(op.weight(), op.channels());
        stored.replace(node.id(), node.fields(), op.withWeight(weight), node.inputs());
      }
    }
    return stored.build();
  }

  /**
   * A weight that its storage does not hold.
   *
   * @param storage what it should be stored as
   * @param channel the output channel
   * @param weight its value before
   */
  public record Overflow(Node node, Storage storage, int channel, double weight) {}

  /**
   * The first weight that its storage does not hold.
   *
   * @param graph before
   * @param stored after
   */
  public static Optional<Overflow> overflow(Graph graph, Graph stored) {
    for (Node node : stored.nodes()) {
      if (node.op() instanceof Op.Weighted op
          && op.weight().encoding() instanceof Encoding.Coded coded) {
        Tensor before = ((Op.Weighted) graph.node(node.id()).op()).weight();
        for (int i = 0; i < before.size(); i++) {
          if (!Double.isFinite(coded.applyAsDouble(i))) {
            return Optional.of(
                new Overflow(node, Storage.of(coded), op.channels().of(i), before.get(i)));
          }
        }
      }
    }
    return Optional.empty();
  }
}
