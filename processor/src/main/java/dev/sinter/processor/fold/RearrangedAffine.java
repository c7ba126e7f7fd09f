package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;

/**
 * A batch normalization, or other channel affine, moves before an upsampling, a slice of rows or
 * columns, or a channel shuffle, where a layer then takes it in.
 *
 * <pre>
 * before:  z[c,p] = Σ λ[p,q]·x[π(c),q]    y[c] = s[c]·z[c] + t[c]
 * after:   x'[i] = s'[i]·x[i] + t'[i]     y[c,p] = Σ λ[p,q]·x'[π(c),q]
 *          s'[π(c)] = s[c], t'[π(c)] = t[c], where the λ of each place add up to 1
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The affine reads the upsampling, slice or shuffle, and has no activation of its own.
 *   <li>Nothing else reads that, and it is no output: its value is gone afterwards.
 *   <li>A slice is not one of channels, of which others would be left without s and t.
 * </ol>
 *
 * <p>It pays where what makes x can take in s' and t', as {@link Upward} finds; the more so as an
 * upsampled map is the larger one.
 *
 * <p>Proof: Σ λ·(s·x + t) = s·Σ λ·x + t as Σ λ = 1. Slices and shuffles have one λ for each place,
 * as the nearest element has; a bilinear one is (1 − a, a) on each axis. Only a shuffle moves
 * channels: read as [g, C/g] and transposed, channel c is π(c) = (c mod g)·C/g + ⌊c/g⌋. Rounding:
 * in double. Termination: the affine is nearer to the inputs.
 */
final class RearrangedAffine implements Fold {
  @Override
  public String name() {
    return "bn before a rearrangement";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine affine)
        || !affine.then().isNone()
        || Upward.obstacle(graph, node, affine).isPresent()) {
      return Optional.empty();
    }
    return before(graph.producer(node).op(), affine)
        .map(moved -> Rewrite.beforeProducer(this, graph, node, moved));
  }

  /** The affine that does the same before such an operator; nothing before others. */
  static Optional<Op.Affine> before(Op op, Op.ChannelAffine affine) {
    boolean keepsChannels =
        op instanceof Op.Upsample || (op instanceof Op.Slice slice && slice.axis() != 0);
    if (!keepsChannels && !(op instanceof Op.ChannelShuffle)) {
      return Optional.empty();
    }
    int groups = op instanceof Op.ChannelShuffle shuffle ? shuffle.groups() : 1;
    return Optional.of(
        new Op.Affine(
            unshuffled(affine.scale(), groups),
            unshuffled(affine.shift(), groups),
            Activation.NONE));
  }

  /** As the channels stand before the shuffle. */
  private static Tensor unshuffled(Tensor channels, int groups) {
    int size = channels.size() / groups;
    return Tensor.computed(channels.shape(), i -> channels.get(i % size * groups + i / size));
  }
}
