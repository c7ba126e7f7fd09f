package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;

/**
 * A padded convolution takes in the batch normalization, or other channel affine, before it, by
 * padding with other values than zeros. The known folds of this pattern put the shift into the bias
 * and leave the zeros, which is wrong at the border.
 *
 * <pre>
 * before:  z = s·x + t    y = f(conv(z; W, b))     taps outside read p[i], usually 0
 * after:   y = f(conv(x; W', b'))                  taps outside read q[i]
 *          W'[o,i] = W[o,i]·s[i]    b'[o] = b[o] + Σ W[o,i,k]·t[i]    q[i] = (p[i] − t[i])/s[i]
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The convolution reads the affine.
 *   <li>The affine has no activation of its own.
 *   <li>s[i] ≠ 0 in each channel, or else t[i] = p[i], where q[i] may be anything and is 0.
 * </ol>
 *
 * <p>Where all of q is 0, the convolution pads as any other does.
 *
 * <p>It pays where the affine goes: where it is no output, and all else that reads it can take it
 * in too.
 *
 * <p>Proof: s[i]·q[i] + t[i] = p[i], so the affine of the map padded with q is the affine map
 * padded with p: {@link AffineConv}'s sum over all taps stands at every place. A bias that depends
 * on the place keeps doing so.
 *
 * <p>Rounding: W and q are each rounded to float once. Outside the map W'·q cancels against its
 * part of b', which leaves the rounding errors of terms that were not there before. So it is done
 * only where, with an input of zeros, these constants as floats are wrong by at most 2·2⁻²⁴ of the
 * Σ|w·x| of what is replaced, at each class of places: as much as the rounding of both factors of
 * each term could do. That is computed, because errors mostly cancel where there are many taps: a
 * dense convolution passes, a depthwise one often not. And the terms' magnitudes sum up to at most
 * 8 times that Σ|w·x|. What fails is left to {@link AffineBorderConv}, which has no such terms.
 * Termination: as {@link AffineConv}.
 */
final class AffinePaddedConv implements Fold {
  private static final double ROUNDING = 2 * 0x1p-24;
  private static final double CANCELLING = 8;

  @Override
  public String name() {
    return "bn+conv with pad values";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    return Downward.intoConv(this, graph, node, AffinePaddedConv::merged);
  }

  /** The convolution with the affine, if it can take it in. */
  static Optional<Op.Conv> merged(Op.Conv conv, Shape map, Op.ChannelAffine affine) {
    Tensor scale = affine.scale();
    Tensor shift = affine.shift();
    Tensor pad = ConstantInput.padValues(conv, map);
    Tensor values =
        Tensor.computed(
            scale.shape(),
            i -> pad.get(i) == shift.get(i) ? 0 : (pad.get(i) - shift.get(i)) / scale.get(i));
    boolean zeros = true;
    for (int i = 0; i < values.size(); i++) {
      if (!Float.isFinite((float) values.get(i))) {
        return Optional.empty();
      }
      zeros &= values.get(i) == 0;
    }
    Op.Conv merged =
        new Op.Conv(
            conv.window(),
            conv.groups(),
            ConstantInput.scaledChannels(conv, scale),
            bias(conv, map, shift),
            zeros ? null : values,
            conv.activation());
    Tensor expected = ConstantInput.through(conv, map, shift, pad);
    Tensor magnitude = ConstantInput.through(absolute(conv), map, absolute(shift), absolute(pad));
    return isExact(merged, map, expected, magnitude) ? Optional.of(merged) : Optional.empty();
  }

  /**
   * The sum over all taps, whether inside or not: it is the same in all classes, unless b is not.
   */
  private static Tensor bias(Op.Conv conv, Shape map, Tensor shift) {
    Tensor everywhere = ConstantInput.through(conv, map, shift, shift);
    if (conv.bias() != null && conv.bias().size() > conv.outputs()) {
      return everywhere;
    }
    int places = everywhere.size() / conv.outputs();
    return Tensor.computed(Shape.of(conv.outputs()), o -> everywhere.get(o * places));
  }

  private static boolean isExact(Op.Conv merged, Shape map, Tensor expected, Tensor magnitude) {
    Tensor zeros = Tensor.filled(map.channels(), 0);
    Op.Conv baked = (Op.Conv) merged.mapTensors(Tensor::rounded);
    Tensor found = ConstantInput.through(baked, map, zeros, ConstantInput.padValues(baked, map));
    Tensor terms =
        ConstantInput.through(
            absolute(merged), map, zeros, absolute(ConstantInput.padValues(merged, map)));
    for (int i = 0; i < found.size(); i++) {
      boolean isExact = Math.abs(found.get(i) - expected.get(i)) <= ROUNDING * magnitude.get(i);
      if (!isExact || !(terms.get(i) <= CANCELLING * magnitude.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static Op.Conv absolute(Op.Conv conv) {
    return (Op.Conv) conv.mapTensors(AffinePaddedConv::absolute);
  }

  private static Tensor absolute(Tensor tensor) {
    return Tensor.computed(tensor.shape(), i -> Math.abs(tensor.get(i)));
  }
}
