package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A transposed convolution takes in the batch normalization, or other channel affine, before it,
 * where a shift would give the same bias everywhere; above all a scale without shift.
 *
 * <pre>
 * before:  z = s·x + t    y = f(convTranspose(z; W, b))
 * after:   y = f(convTranspose(x; W', b'))
 *          W'[i,o'] = W[i,o']·s[i]    b'[o] = b[o] + Σ W[i,o',k]·t[i]
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The transposed convolution reads the affine.
 *   <li>The affine has no activation of its own.
 *   <li>Each t is 0; or all taps land on each place of the output: on both axes the stride is 1,
 *       and at least the reach of the kernel less one is cut off at either end.
 * </ol>
 *
 * <p>It pays where the affine goes: where it is no output, and all else that reads it can take it
 * in too.
 *
 * <p>Proof: y[o] = f(b[o] + Σ W[i,o',k]·(s[i]·x[i,k] + t[i])) over the taps k that land on the
 * place, multiplied out. For a stride n > 1 these are other taps for each place modulo n, and fewer
 * at the border; there Σ W·t depends on the place unless t is 0. With stride 1, reach r and N
 * inputs, tap k brings input q − k·d to place q of the uncut output, and 0 ≤ q − k·d < N for all k
 * where r − 1 ≤ q < N.
 *
 * <p>Rounding: in double, then to float once. Termination: as {@link AffineConv}.
 */
final class AffineConvTranspose implements Fold {
  @Override
  public String name() {
    return "bn+convtranspose";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.ConvTranspose conv)) {
      return Optional.empty();
    }
    Node affine = graph.producer(node);
    if (!(affine.op() instanceof Op.ChannelAffine channels) || !Downward.isTaken(graph, affine)) {
      return Optional.empty();
    }
    return Optional.of(Rewrite.intoReader(this, graph, affine, node, merged(conv, channels)));
  }

  /** Whether a shift before it is a bias. */
  static boolean takes(Op.ConvTranspose conv, Op.ChannelAffine affine) {
    Tensor shift = affine.shift();
    return IntStream.range(0, shift.size()).allMatch(c -> shift.get(c) == 0)
        || (isCovered(conv.window().rows(), conv.extraRows())
            && isCovered(conv.window().columns(), conv.extraColumns()));
  }

  private static boolean isCovered(Window.Axis axis, int extra) {
    int rest = axis.reach() - 1;
    return axis.stride() == 1 && axis.before() >= rest && axis.after() - extra >= rest;
  }

  private static Op merged(Op.ConvTranspose conv, Op.ChannelAffine affine) {
    Tensor weight = conv.weight();
    Tensor bias = conv.bias();
    int inputs = weight.shape().extent(0);
    int outputs = weight.shape().extent(1); // of one group
    int row = weight.size() / inputs;
    int kernel = row / outputs;
    double[] biases = new double[conv.outputs()];
    for (int o = 0; o < biases.length; o++) {
      biases[o] = bias == null ? 0 : bias.get(o);
    }
    for (int tap = 0; tap < weight.size(); tap++) {
      int input = tap / row;
      int group = input / (inputs / conv.groups());
      int output = group * outputs + tap / kernel % outputs;
      biases[output] += weight.get(tap) * affine.shift().get(input);
    }
    return new Op.ConvTranspose(
        conv.window(),
        conv.extraRows(),
        conv.extraColumns(),
        conv.groups(),
        weight.scaledRows(affine.scale()),
        Tensor.vector(biases),
        conv.activation());
  }
}
