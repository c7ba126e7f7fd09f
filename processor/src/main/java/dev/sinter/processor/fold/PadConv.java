package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A border put around a map becomes the padding of the convolution that reads it: one copy of the
 * map fewer. Networks exported from TensorFlow pad so.
 *
 * <pre>
 * before:  z = pad(x; q, v)    y = f(conv(z; padding p))
 * after:   y = f(conv(x; padding q + p, where taps outside read v))
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The convolution reads a pad.
 *   <li>The pad adds no channels.
 *   <li>The convolution has no padding of its own, or its taps outside read v in each channel.
 * </ol>
 *
 * <p>It pays where nothing else reads the pad and it is no output, since it would be computed all
 * the same. A bias that depends on the place is left alone: its classes are of the padded map.
 *
 * <p>Proof: a tap of the convolution that lies outside of x lies in one of the two borders, and
 * reads v in both. Rounding: none. Termination: one operator fewer.
 */
final class PadConv implements Fold {
  @Override
  public String name() {
    return "pad+conv";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Conv conv)) {
      return Optional.empty();
    }
    Node producer = graph.producer(node);
    if (!(producer.op() instanceof Op.Pad pad)
        || !graph.hasOneUse(producer)
        || pad.before() + pad.after() > 0
        || !readsOutside(conv, pad.value())
        || (conv.bias() != null && conv.bias().size() != conv.outputs())) {
      return Optional.empty();
    }
    int channels = producer.shape().channels();
    Tensor bias = conv.bias();
    Op merged =
        new Op.Conv(
            padded(conv.window(), pad.padding()),
            conv.groups(),
            conv.weight(),
            bias == null ? null : bias.reshaped(Shape.of(conv.outputs())),
            pad.value() == 0 ? null : Tensor.filled(channels, pad.value()),
            conv.activation());
    return Optional.of(Rewrite.intoReader(this, graph, producer, node, merged));
  }

  private static boolean readsOutside(Op.Conv conv, double value) {
    Tensor values = conv.padValue();
    return conv.window().padding().equals(Window.Padding.NONE)
        || (values == null
            ? value == 0
            : IntStream.range(0, values.size()).allMatch(c -> values.get(c) == value));
  }

  private static Window padded(Window window, Window.Padding more) {
    Window.Padding own = window.padding();
    return new Window(
        window.kernel(),
        window.stride(),
        window.dilation(),
        new Window.Padding(
            own.top() + more.top(),
            own.left() + more.left(),
            own.bottom() + more.bottom(),
            own.right() + more.right()));
  }
}
