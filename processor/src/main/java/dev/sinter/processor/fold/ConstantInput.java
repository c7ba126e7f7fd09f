package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;

/** Convolutions of maps that are one value in each channel. */
final class ConstantInput {
  private ConstantInput() {}

  /**
   * The result, bias included, for each output channel and each class of rows and of columns: [O,
   * R, S].
   *
   * @param map the shape of the input
   * @param inside what each channel is, [I]
   * @param outside what taps outside the map read instead, [I]
   */
  static Tensor through(Op.Conv conv, Shape map, Tensor inside, Tensor outside) {
    List<Window.Taps> rows = conv.rows(map);
    List<Window.Taps> columns = conv.columns(map);
    int places = rows.size() * columns.size();
    double[] sums = new double[conv.outputs() * places];
    for (int o = 0; o < conv.outputs(); o++) {
      for (int place = 0; place < places; place++) {
        sums[o * places + place] = bias(conv, o, place);
      }
      for (int tap = o * conv.taps(); tap < (o + 1) * conv.taps(); tap++) {
        double weight = conv.weight().get(tap);
        int channel = channel(conv, tap);
        double within = weight * inside.get(channel);
        double beyond = weight * outside.get(channel);
        int column = tap % conv.window().kernel().width();
        int row = tap / conv.window().kernel().width() % conv.window().kernel().height();
        for (int place = 0; place < places; place++) {
          boolean isInside =
              rows.get(place / columns.size()).contains(row)
                  && columns.get(place % columns.size()).contains(column);
          sums[o * places + place] += isInside ? within : beyond;
        }
      }
    }
    return Tensor.of(Shape.of(conv.outputs(), rows.size(), columns.size()), sums);
  }

  /** The weights for an input whose channels are multiplied: W'[o,i] = W[o,i]·s[i]. */
  static Tensor scaledChannels(Op.Conv conv, Tensor scale) {
    return Tensor.computed(
        conv.weight().shape(), tap -> conv.weight().get(tap) * scale.get(channel(conv, tap)));
  }

  /** What taps outside the map read, [I]. */
  static Tensor padValues(Op.Conv conv, Shape map) {
    Tensor values = conv.padValue();
    return values == null ? Tensor.filled(map.channels(), 0) : values;
  }

  private static double bias(Op.Conv conv, int output, int place) {
    Tensor bias = conv.bias();
    if (bias == null) {
      return 0;
    }
    return bias.get(
        bias.size() == conv.outputs() ? output : place + output * (bias.size() / conv.outputs()));
  }

  /** The input channel that a weight belongs to; in groups, it counts inside its group. */
  private static int channel(Op.Conv conv, int tap) {
    Shape kernel = conv.weight().shape();
    int group = tap / conv.taps() / (conv.outputs() / conv.groups());
    int within = tap / (kernel.extent(2) * kernel.extent(3)) % kernel.extent(1);
    return group * kernel.extent(1) + within;
  }
}
