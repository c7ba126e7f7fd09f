package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A batch normalization, or other channel affine, behind a pool moves before it, where a layer then
 * takes it in.
 *
 * <pre>
 * before:  z = pool(x)    y = s·z + t
 * after:   y = pool(s·x + t)
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The affine reads the pool, and has no activation of its own.
 *   <li>Nothing else reads the pool, and it is no output: its value is gone afterwards.
 *   <li>If the pool takes the maximum, no s is negative: it would make a minimum of it.
 *   <li>If it takes a mean that counts padding, each t is 0, or there is no padding.
 * </ol>
 *
 * <p>It pays where what makes x can take in the affine, as {@link Upward} finds.
 *
 * <p>Proof. Each window has a tap inside the map. A maximum leaves padding out, and max(s·x + t) =
 * s·max(x) + t over any taps if s ≥ 0. A mean over n taps inside has Σ(s·x + t)/n = s·Σx/n + t. If
 * it divides by N > n because padding counts, it gives s·Σx/N + t·n/N, which is s·z + t only where
 * t = 0. Rounding: in double. Termination: the affine is nearer to the inputs.
 */
final class PoolAffine implements Fold {
  @Override
  public String name() {
    return "bn before a pool";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine affine)
        || !affine.then().isNone()
        || !isPool(graph.producer(node).op())
        || Upward.obstacle(graph, node, affine).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(Rewrite.beforeProducer(this, graph, node, affine.asAffine()));
  }

  private static boolean isPool(Op op) {
    return op instanceof Op.Pool || op instanceof Op.GlobalPool;
  }

  /** Why the affine cannot stand before the pool; nothing if it can. */
  static Optional<String> obstacle(Graph graph, Node pool, Op.ChannelAffine affine) {
    boolean max =
        pool.op() instanceof Op.Pool windows
            ? windows.kind() == Op.Pool.Kind.MAX
            : pool.op() instanceof Op.GlobalPool global && global.kind() == Op.Pool.Kind.MAX;
    if (max) {
      Tensor scale = affine.scale();
      return IntStream.range(0, scale.size())
          .filter(c -> !(scale.get(c) >= 0))
          .mapToObj(
              c ->
                  String.format(
                      Locale.ROOT,
                      "its scale is negative in channel %d, which would make a minimum of '%s'"
                          + " before it.",
                      c,
                      pool.name()))
          .findFirst();
    }
    if (!(pool.op() instanceof Op.Pool windows)) {
      return Optional.empty();
    }
    Tensor shift = affine.shift();
    boolean shifts = IntStream.range(0, shift.size()).anyMatch(c -> shift.get(c) != 0);
    boolean pads = !windows.window().padding().equals(Window.Padding.NONE);
    return shifts && windows.countPadding() && pads
        ? Optional.of(
            "'" + pool.name() + "' before it counts padding, where its shift would be lost.")
        : Optional.empty();
  }
}
