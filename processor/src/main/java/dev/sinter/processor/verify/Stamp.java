package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;

/** The weights with which a transposed convolution makes one output channel. */
final class Stamp {
  private final Window window;
  private final int firstChannel;
  private final int channels;
  private final double[] weights;
  private final double[] magnitudes;
  private final double bias;
  private final double biasMagnitude;

  /** Copies the weights, because reading them from the tensor at each position is slow. */
  Stamp(Op.ConvTranspose op, int output, double least) {
    int perGroup = op.weight().shape().extent(1);
    window = op.window();
    int area = window.kernel().height() * window.kernel().width();
    channels = op.weight().shape().extent(0) / op.groups();
    firstChannel = output / perGroup * channels;
    weights = new double[channels * area];
    magnitudes = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      int from = (firstChannel + i / area) * perGroup + output % perGroup;
      weights[i] = op.weight().get(from * area + i % area);
      magnitudes[i] = Interpreter.magnitude(weights[i], least);
    }
    bias = op.bias() == null ? 0 : op.bias().get(output);
    biasMagnitude = Interpreter.magnitude(bias, least);
  }

  /** The bias, and onto it w[i, kh, kw]·x[i, h, w] for each element of the input. */
  void apply(Value x, Value y, int output) {
    Shape map = x.shape();
    int plane = (int) y.shape().plane();
    for (int i = output * plane; i < (output + 1) * plane; i++) {
      y.set(i, bias, biasMagnitude);
    }
    for (int channel = 0; channel < channels; channel++) {
      for (int h = 0; h < map.height(); h++) {
        for (int w = 0; w < map.width(); w++) {
          press(x, channel, h, w, y, output);
        }
      }
    }
  }

  private void press(Value x, int channel, int h, int w, Value y, int output) {
    Window.Axis down = window.rows();
    Window.Axis across = window.columns();
    int from = ((firstChannel + channel) * x.shape().height() + h) * x.shape().width() + w;
    for (int u = 0; u < down.kernel(); u++) {
      int i = h * down.stride() + u * down.dilation() - down.before();
      for (int v = 0; v < across.kernel(); v++) {
        int j = w * across.stride() + v * across.dilation() - across.before();
        if (i >= 0 && i < y.shape().height() && j >= 0 && j < y.shape().width()) {
          int tap = (channel * down.kernel() + u) * across.kernel() + v;
          int to = (output * y.shape().height() + i) * y.shape().width() + j;
          y.set(
              to,
              y.value(to) + weights[tap] * x.value(from),
              y.magnitude(to) + magnitudes[tap] * x.magnitude(from));
        }
      }
    }
  }
}
