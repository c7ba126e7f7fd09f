package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;

/** The weights that make one output channel of a convolution. */
final class Filter {
  private final Window window;
  private final int firstChannel;
  private final double[] weights;
  private final double[] magnitudes;
  private final double bias;
  private final double biasMagnitude;

  /** Copies the weights, because reading them from the tensor at each position is slow. */
  Filter(Op.Conv op, int output, double least) {
    int taps = op.taps();
    int group = output / (op.outputs() / op.groups());
    window = op.window();
    firstChannel = group * op.weight().shape().extent(1);
    weights = new double[taps];
    magnitudes = new double[taps];
    for (int tap = 0; tap < taps; tap++) {
      weights[tap] = op.weight().get(output * taps + tap);
      magnitudes[tap] = Interpreter.magnitude(weights[tap], least);
    }
    bias = op.bias() == null ? 0 : op.bias().get(output);
    biasMagnitude = Interpreter.magnitude(bias, least);
  }

  /** b + Σ w[i, kh, kw]·x[i, h, w] over the taps inside the map, the others reading zero. */
  void apply(Value x, Span rows, Span columns, Value y, int index) {
    Shape map = x.shape();
    Window.Axis down = window.rows();
    Window.Axis across = window.columns();
    int channels = weights.length / (down.kernel() * across.kernel());
    double sum = bias;
    double magnitude = biasMagnitude;
    for (int channel = 0; channel < channels; channel++) {
      for (int row = rows.from(); row < rows.to(); row++) {
        int h = rows.start() + row * down.dilation();
        int line = ((firstChannel + channel) * map.height() + h) * map.width();
        int taps = (channel * down.kernel() + row) * across.kernel();
        for (int column = columns.from(); column < columns.to(); column++) {
          int w = columns.start() + column * across.dilation();
          sum += weights[taps + column] * x.value(line + w);
          magnitude += magnitudes[taps + column] * x.magnitude(line + w);
        }
      }
    }
    y.set(index, sum, magnitude);
  }
}
