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
 * applies anywhere, at the earliest value where it does.
 *
 * <p><b>The order.</b> A channel affine may go up, into the layer that makes what it scales, or
 * down, into those that read its result. It can vanish if on one of the two sides every way from it
 * comes to a layer with weights before it comes to something that an affine does not pass. (On when
 * it can: E. Yvinec, A. Dapogny and K. Bailly, <i>To Fold or Not to Fold: a Necessary and
 * Sufficient Condition on Batch-Normalization Layers Folding</i>, arXiv 2203.14646. The reasoning
 * here is our own.) So it is tried:
 *
 * <ol>
 *   <li><i>Up</i>, directly or past what lets it pass ({@link Upward}): free, so it is tried first
 *       and competes with nothing. Whether one affine goes up does not depend on where another
 *       went, because a layer that has taken one in takes in the next; only another use of a value
 *       or an activation stops it, and only the last two steps bring either about.
 *   <li><i>Beside</i>: into a convolution of the same value to which it is added. This gives nobody
 *       another reader, and may take one away, so it comes before the way down.
 *   <li><i>Down</i> ({@link Downward}): may cost values for the border. All readers must take it,
 *       or it would be computed all the same.
 *   <li><i>Alone</i>: what neither side takes. Then an activation has the affine to itself, and the
 *       two are one pass.
 *   <li><i>Side by side</i>: convolutions that a concatenation joins, once each has taken in its
 *       own affine and activation, so that both are known to be alike. No affine loses its way by
 *       it: one that had to stay behind one of them or behind the concatenation had an activation
 *       or another reader in its way, which stay. What the convolutions read may lose a reader, and
 *       the concatenation may vanish; so it comes before the last step, which looks for one reader.
 *   <li><i>Constants</i>, of layers that have all they will ever have: weights, biases and
 *       functions ({@link DeadChannels}).
 * </ol>
 *
 * <p>Layers are merged where that leaves the affines their ways: a pad first, past which no affine
 * goes and behind which a convolution takes one in; convolutions and linear layers with nothing
 * between when no affine is left that either takes in.
 *
 * <p><b>The end.</b> Each fold leaves fewer operators; or one summand fewer; or fewer channels; or
 * one batch normalization fewer, which none makes; or one reader of an affine fewer; or affines in
 * place of one that are all nearer to the inputs, and none goes the other way. So the folds end.
 */
public final class Folder {
  /** The folds in the order in which they are tried. */
  public static final List<Fold> ALL =
      List.of(
          new IdentityGone(),
          new PadConv(),
          new ConvAffine(),
          new ConvTransposeAffine(),
          new LinearAffine(),
          new AffineAffine(),
          new PoolAffine(),
          new FlattenAffine(),
          new AddAffine(),
          new ConcatAffine(),
          new RearrangedAffine(),
          new ActivationAffine(),
          new SumOfConvs(),
          new SumOfConvAndAffine(),
          new AffineConv(),
          new AffineConvTranspose(),
          new AffineLinear(),
          new AffinePaddedConv(),
          new AffineBorderConv(),
          new LinearLinear(),
          new ConvConv(),
          new BatchNormAlone(),
          new ActivationIntoProducer(),
          new ParallelConvs(),
          new DeadChannels());

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
      next.get().requireConfined();
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
