package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;

/**
 * A padded convolution takes in the batch normalization, or other channel affine, before it, with a
 * bias that depends on the place: <i>border bias map</i>. For what {@link AffinePaddedConv} leaves,
 * above all channels with γ = 0, whose value no padding can imitate.
 *
 * <pre>
 * before:  z = s·x + t    y = f(conv(z; W, b))     taps outside read p[i], usually 0
 * after:   y = f(conv(x; W', B))                   taps outside read 0
 *          W'[o,i] = W[o,i]·s[i]
 *          B[o,r,c] = b[o] + Σ W[o,i,k]·(t[i] for taps k inside, p[i] for those outside)
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The convolution reads the affine.
 *   <li>The affine has no activation of its own.
 * </ol>
 *
 * <p>It pays where the affine goes: where it is no output, and all else that reads it can take it
 * in too; and the biases that come in addition are not more than the elements that it multiplies.
 *
 * <p>Proof: y[o] = f(b[o] + Σ over the taps inside of W[o,i,k]·(s[i]·x[i,k] + t[i]) + Σ over those
 * outside of W[o,i,k]·p[i]). What has no x in it depends on which taps lie inside alone, and so on
 * the place's class of rows and class of columns alone: with stride 1 and p zeros on each side at
 * most (2p + 1)² of them. A bias b that depends on the place does so by the same classes.
 *
 * <p>Rounding: in double, then to float once; no terms but those before. Termination: as {@link
 * AffineConv}.
 */
final class AffineBorderConv implements Fold {
  @Override
  public String name() {
    return "bn+conv with border biases";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    return Downward.intoConv(this, graph, node, AffineBorderConv::merged);
  }

  /** The convolution with the affine, if it can take it in. */
  static Optional<Op.Conv> merged(Op.Conv conv, Shape map, Op.ChannelAffine affine) {
    if (biases(conv, map) > map.size()) {
      return Optional.empty();
    }
    Tensor pad = ConstantInput.padValues(conv, map);
    return Optional.of(
        new Op.Conv(
            conv.window(),
            conv.groups(),
            ConstantInput.scaledChannels(conv, affine.scale()),
            ConstantInput.through(conv, map, affine.shift(), pad),
            conv.activation()));
  }

  /** How many biases come in addition. */
  static long biases(Op.Conv conv, Shape map) {
    Tensor bias = conv.bias();
    long classes = (long) conv.rows(map).size() * conv.columns(map).size();
    return conv.outputs() * classes - (bias == null ? conv.outputs() : bias.size());
  }
}
