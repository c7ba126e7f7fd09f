package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.HashMap;
import java.util.Map;

/**
 * How far apart two fragments that are the same function can come out, relative to the magnitude of
 * the result.
 *
 * <p><b>In double.</b> Let u = 2⁻⁵³. A result that N roundings lead to is within N·u of its
 * magnitude (N. J. Higham, Accuracy and Stability of Numerical Algorithms, lemma 3.1). This counts
 * once for what is replaced and once for what replaces it. The constants of the latter have been
 * computed from those of the former by sums of products no longer than the former's own, so its N
 * counts once more. Terms in u², and the few roundings of a fold that the fragments do not have,
 * are covered by 16 more.
 *
 * <p><b>As shipped.</b> Rounding a constant to float changes it by a factor within 1 ± 2⁻²⁴, so a
 * result that D constants are multiplied on the way to changes by at most (1 + 2⁻²⁴)ᴰ − 1 of the
 * magnitude of what replaces. That is at most the magnitude of what is replaced, by the triangle
 * inequality, because a fold only joins terms: |s·b + t| ≤ |s|·|b| + |t|. A fold that makes large
 * terms which cancel is not covered, and is refused.
 */
record Bounds(double exact, double shipped) {
  private static final double DOUBLE = 0x1p-53;
  private static final double FLOAT = 0x1p-24;

  /** What {@code AffinePaddedConv} allows. */
  private static final int CANCELLING = 8;

  static Bounds of(Graph before, Graph after) {
    Length replaced = Length.of(before);
    Length replacement = Length.of(after);
    double exact = (2 * replaced.roundings + replacement.roundings + 16) * DOUBLE;
    return new Bounds(
        exact, exact + StrictMath.expm1(replacement.constants * StrictMath.log1p(FLOAT)));
  }

  /**
   * The longest way to a value.
   *
   * @param roundings operations in double on the way
   * @param constants operators with constants on the way
   */
  private record Length(double roundings, double constants) {
    static final Length ZERO = new Length(0, 0);

    /** To the fragment's result. */
    static Length of(Graph fragment) {
      Map<Integer, Length> lengths = new HashMap<>();
      for (Node node : fragment.nodes()) {
        Length own = node.op().accept(new Cost(fragment, node));
        // The relative errors of the factors of a product add up; of other operands one counts.
        boolean product = node.op() instanceof Op.Multiply;
        Length before = ZERO;
        for (int input : node.inputs()) {
          Length length = lengths.getOrDefault(input, ZERO);
          before = product ? before.plus(length) : before.max(length);
        }
        lengths.put(node.id(), own.plus(before));
      }
      return lengths.getOrDefault(fragment.outputs().get(0).id(), ZERO);
    }

    Length max(Length other) {
      return new Length(Math.max(roundings, other.roundings), Math.max(constants, other.constants));
    }

    Length plus(Length other) {
      return new Length(roundings + other.roundings, constants + other.constants);
    }
  }

  /** What one operator adds to the length. */
  private record Cost(Graph fragment, Node node) implements Op.Visitor<Length> {
    @Override
    public Length input(Op.Input op) {
      return Length.ZERO;
    }

    /**
     * Pad values are constants that constants are multiplied with. What they add may cancel against
     * the bias: up to {@link #CANCELLING} times the magnitude of what is replaced, see the fold
     * that makes them.
     */
    @Override
    public Length conv(Op.Conv op) {
      int sum = op.taps() + 1;
      Length own = op.padValue() == null ? new Length(sum, 1) : new Length(CANCELLING * sum, 2);
      return own.plus(activation(op.activation()));
    }

    @Override
    public Length convTranspose(Op.ConvTranspose op) {
      return new Length(op.taps() + 1, 1).plus(activation(op.activation()));
    }

    @Override
    public Length linear(Op.Linear op) {
      return new Length(op.weight().shape().extent(1) + 1, 1).plus(activation(op.activation()));
    }

    /** σ² + ε, √, x − μ, γ·, /, + β; it is shipped as an affine map. */
    @Override
    public Length batchNorm(Op.BatchNorm op) {
      return new Length(6, 1);
    }

    @Override
    public Length affine(Op.Affine op) {
      return new Length(2, 1).plus(activation(op.activation()));
    }

    @Override
    public Length activate(Op.Activate op) {
      return activation(op.activation());
    }

    @Override
    public Length pool(Op.Pool op) {
      return op.kind() == Op.Pool.Kind.MAX
          ? Length.ZERO
          : new Length(op.window().kernel().height() * op.window().kernel().width() + 1, 0);
    }

    @Override
    public Length globalPool(Op.GlobalPool op) {
      return op.kind() == Op.Pool.Kind.MAX
          ? Length.ZERO
          : new Length(fragment.producer(node).shape().plane() + 1, 0);
    }

    @Override
    public Length add(Op.Add op) {
      return new Length(node.inputs().size(), 0).plus(activation(op.activation()));
    }

    @Override
    public Length multiply(Op.Multiply op) {
      return new Length(node.inputs().size(), 0).plus(activation(op.activation()));
    }

    @Override
    public Length concat(Op.Concat op) {
      return Length.ZERO;
    }

    @Override
    public Length slice(Op.Slice op) {
      return Length.ZERO;
    }

    @Override
    public Length channelShuffle(Op.ChannelShuffle op) {
      return Length.ZERO;
    }

    /** Its value is a constant. */
    @Override
    public Length pad(Op.Pad op) {
      return new Length(0, op.value() == 0 ? 0 : 1);
    }

    /** 1 − λ, two products and a sum on each axis, one after the other. */
    @Override
    public Length upsample(Op.Upsample op) {
      return op.mode() == Op.Upsample.Mode.NEAREST ? Length.ZERO : new Length(8, 0);
    }

    @Override
    public Length reshape(Op.Reshape op) {
      return Length.ZERO;
    }

    @Override
    public Length flatten(Op.Flatten op) {
      return Length.ZERO;
    }

    /** Two exponentials, a difference and a quotient beside the sum. */
    @Override
    public Length softmax(Op.Softmax op) {
      return new Length(node.shape().channels() + 8, 0);
    }

    @Override
    public Length constant(Op.Constant op) {
      return new Length(0, 1);
    }

    /** Its parameter is rounded too. */
    @Override
    public Length elementwise(Op.Elementwise op) {
      return new Length(16, 1);
    }

    @Override
    public Length binary(Op.Binary op) {
      return new Length(16, 0).plus(activation(op.activation()));
    }

    /** A sum, or a sum of exponentials and its logarithm. */
    @Override
    public Length reduce(Op.Reduce op) {
      return new Length(fragment.producer(node).shape().channels() + 16, 0);
    }

    /** A mean, a variance and what a batch normalization does; ε, scale and shift are rounded. */
    @Override
    public Length normalization(Op.Normalization op) {
      double plane = op.overMap() ? node.shape().plane() : 1;
      double terms = plane * node.shape().channels() / op.groups();
      return new Length(3 * terms + 8, 2).plus(activation(op.activation()));
    }

    @Override
    public Length rearrange(Op.Rearrange op) {
      return Length.ZERO;
    }

    @Override
    public Length resample(Op.Resample op) {
      return new Length(op.rows().count() + op.columns().count(), 2);
    }

    @Override
    public Length identity(Op.Identity op) {
      return Length.ZERO;
    }

    /**
     * The functions lose less than 16 u of L·m(x) + |f(x)|. Their parameters are rounded too: α
     * changes f by the factor 1 ± 2⁻²⁴ below zero, a limit of a clip by that of f(x) itself, and β
     * of a softplus by 2⁻²⁴·|x·f′(x) − f(x)|: each within 2⁻²⁴ of the magnitude, once.
     */
    private static Length activation(Activation activation) {
      if (activation.isNone()) {
        return Length.ZERO;
      }
      return new Length(16, activation.parameters().isEmpty() ? 0 : 1);
    }
  }
}
