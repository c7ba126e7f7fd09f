package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A convolution takes in the batch normalization, or other channel affine, behind it: <i>conv-bn
 * folding</i>. Source: the formulas W = W_bn·W_conv and b = W_bn·b_conv + b_bn with W_bn =
 * diag(γ/√(σ²+ε)) and b_bn = β − γ·μ/√(σ²+ε), of the article <i>Fusing batch normalization and
 * convolution in runtime</i> (LearnML.Today).
 *
 * <pre>
 * before:  z = conv(x; W, b)    y = f(s·z + t)
 * after:   y = f(conv(x; W', b'))    W'[o] = s[o]·W[o]    b'[o] = s[o]·b[o] + t[o]
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The affine reads the convolution, and acts on its output channels.
 *   <li>Nothing else reads the convolution, and it is no output: its value is gone afterwards.
 *   <li>The convolution has no activation of its own: f(z) is not linear in W.
 * </ol>
 *
 * <p>Proof: z[o] = b[o] + Σ W[o,…]·x[…], so s[o]·z[o] + t[o] = (s[o]·b[o] + t[o]) + Σ
 * (s[o]·W[o,…])·x[…]. The sum may have any terms: stride, padding, dilation and groups only choose
 * them, so grouped and depthwise convolutions are the same case, on axis 0 of [O, I/g, kh, kw]. A
 * convolution without bias has b = 0, and t still enters. Padding values are among the x, and a
 * bias that depends on the place does so afterwards.
 *
 * <p>Rounding: products in double; each constant is rounded to float once, when it is baked.
 * Termination: one operator fewer.
 */
final class ConvAffine implements Fold {
  @Override
  public String name() {
    return "conv+bn";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine affine)) {
      return Optional.empty();
    }
    Node producer = graph.producer(node);
    if (!(producer.op() instanceof Op.Conv conv)
        || !conv.activation().isNone()
        || !graph.hasOneUse(producer)) {
      return Optional.empty();
    }
    Tensor scale = affine.scale();
    Op merged =
        new Op.Conv(
            conv.window(),
            conv.groups(),
            conv.weight().scaledRows(scale),
            bias(conv.bias(), scale, affine.shift()),
            conv.padValue(),
            affine.then());
    return Optional.of(Rewrite.intoProducer(this, graph, node, merged));
  }

  /** b' = s·b + t, where no bias is b = 0, at each place that has a bias of its own. */
  static Tensor bias(@Nullable Tensor bias, Tensor scale, Tensor shift) {
    if (bias == null) {
      return shift;
    }
    int places = bias.size() / shift.size();
    return Tensor.computed(
        bias.shape(), i -> scale.get(i / places) * bias.get(i) + shift.get(i / places));
  }
}
