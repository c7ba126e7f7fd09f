package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import java.util.Optional;

/** A rewrite of a graph that leaves what it computes. */
public interface Fold {
  /** Its name in the catalogue and in reports, as {@code "conv-bn"}. */
  String name();

  /**
   * The graph with this fold done at {@code node}, the last value of the pattern, if it applies.
   */
  Optional<Rewrite> at(Graph graph, Node node);
}
