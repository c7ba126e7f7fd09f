package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;
import java.util.Optional;

/**
 * A convolution takes in the batch normalization, or other channel affine, before it, where no tap
 * ever falls outside the map: <i>backward</i> or <i>bn-conv folding</i>. An input normalization
 * goes this way too.
 *
 * <pre>
 * before:  z = s·x + t    y = f(conv(z; W, b))
 * after:   y = f(conv(x; W', b'))    W'[o,i] = W[o,i]·s[i]    b'[o] = b[o] + Σ W[o,i,k]·t[i]
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The convolution reads the affine.
 *   <li>The affine has no activation of its own.
 *   <li>No tap of the convolution falls outside the map. There it would read 0 and not t: see
 *       {@link AffinePaddedConv} and {@link AffineBorderConv}.
 * </ol>
 *
 * <p>It pays where the affine goes: where it is no output, and all else that reads it can take it
 * in too.
 *
 * <p>Proof: y[o] = f(b[o] + Σ W[o,i,k]·(s[i]·x[i,k] + t[i])), the sum over all i and k alike at
 * every place, multiplied out. In groups, o's sum runs over the channels i of its own group, and
 * the weight's axis 1 counts from the group's first channel.
 *
 * <p>Rounding: in double, then to float once. Termination: a convolution reads an affine no more;
 * when the last one does not, an operator is gone.
 */
final class AffineConv implements Fold {
  @Override
  public String name() {
    return "bn+conv";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    return Downward.intoConv(this, graph, node, AffineConv::merged);
  }

  /** The convolution with the affine, if it can take it in. */
  static Optional<Op.Conv> merged(Op.Conv conv, Shape map, Op.ChannelAffine affine) {
    if (!isInside(conv.rows(map), conv.window().rows())
        || !isInside(conv.columns(map), conv.window().columns())) {
      return Optional.empty();
    }
    Tensor bias = ConstantInput.through(conv, map, affine.shift(), affine.shift());
    return Optional.of(
        new Op.Conv(
            conv.window(),
            conv.groups(),
            ConstantInput.scaledChannels(conv, affine.scale()),
            bias.reshaped(Shape.of(conv.outputs())),
            conv.activation()));
  }

  private static boolean isInside(List<Window.Taps> classes, Window.Axis axis) {
    return classes.stream().allMatch(taps -> taps.from() == 0 && taps.to() == axis.kernel());
  }
}
