package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Folds a graph until no fold applies. One rewrite at a time: the earliest fold of the list that
 * applies anywhere, at the earliest value where it does. Each fold leaves fewer operators, or fewer
 * of a kind that none makes, so this ends.
 */
public final class Folder {
  /** The folds in the order in which they are tried. */
  public static final List<Fold> ALL =
      List.of(
          new IdentityGone(),
          new ConvAffine(),
          new LinearAffine(),
          new AffineAffine(),
          new BatchNormAlone(),
          new ActivationIntoProducer());

  private final List<Fold> folds;

  public Folder(List<Fold> folds) {
    this.folds = folds;
  }

  /**
   * The graph after all folds.
   *
   * @param watcher is told each rewrite as it is done
   */
  public Graph fold(Graph graph, Consumer<Rewrite> watcher) {
    Graph current = graph;
    Optional<Rewrite> next = next(current);
    while (next.isPresent()) {
      watcher.accept(next.get());
      current = next.get().after();
      next = next(current);
    }
    return current;
  }

  private Optional<Rewrite> next(Graph graph) {
    return folds.stream().flatMap(fold -> everywhere(fold, graph)).findFirst();
  }

  private static Stream<Rewrite> everywhere(Fold fold, Graph graph) {
    List<Node> nodes = new ArrayList<>(graph.nodes());
    return nodes.stream().flatMap(node -> fold.at(graph, node).stream());
  }
}
