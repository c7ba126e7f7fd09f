package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.Optional;

/**
 * A transposed convolution takes in the batch normalization, or other channel affine, behind it:
 * {@link ConvAffine} for weights [I, O/g, kh, kw], whose axis 0 is the input's and whose axis 1
 * counts inside the group. Scaling by axis 0, or by axis 1 alike in all groups, is the mistake that
 * others have made.
 *
 * <pre>
 * before:  z = convTranspose(x; W, b)    y = f(s·z + t)
 * after:   y = f(convTranspose(x; W', b'))
 *          W'[i,o'] = s[o]·W[i,o']    b'[o] = s[o]·b[o] + t[o]
 *          where o = q·O/g + o' for an input channel i of group q = ⌊i·g/I⌋
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The affine reads the transposed convolution, and acts on its output channels.
 *   <li>Nothing else reads it, and it is no output: its value is gone afterwards.
 *   <li>It has no activation of its own.
 * </ol>
 *
 * <p>Proof: z[o] = b[o] + Σ W[i,o',…]·x[i,…] over the input channels i of o's group and the taps
 * that land on the place, multiplied by s[o]. A place on which none lands, as in the rows of an
 * output padding, is b[o], and then s[o]·b[o] + t[o]. Rounding, termination: as {@link ConvAffine}.
 */
final class ConvTransposeAffine implements Fold {
  @Override
  public String name() {
    return "convtranspose+bn";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ChannelAffine affine)) {
      return Optional.empty();
    }
    Node producer = graph.producer(node);
    if (!(producer.op() instanceof Op.ConvTranspose conv)
        || !conv.activation().isNone()
        || !graph.hasOneUse(producer)) {
      return Optional.empty();
    }
    Op merged =
        new Op.ConvTranspose(
            conv.window(),
            conv.extraRows(),
            conv.extraColumns(),
            conv.groups(),
            scaledOutputs(conv, affine.scale()),
            ConvAffine.bias(conv.bias(), affine.scale(), affine.shift()),
            affine.then());
    return Optional.of(Rewrite.intoProducer(this, graph, node, merged));
  }

  private static Tensor scaledOutputs(Op.ConvTranspose conv, Tensor scale) {
    Tensor weight = conv.weight();
    int kernel = weight.shape().extent(2) * weight.shape().extent(3);
    int outputs = weight.shape().extent(1); // of one group
    int inputs = weight.shape().extent(0) / conv.groups(); // of one group
    return Tensor.computed(
        weight.shape(),
        tap -> {
          int group = tap / (kernel * outputs) / inputs;
          return scale.get(group * outputs + tap / kernel % outputs) * weight.get(tap);
        });
  }
}
