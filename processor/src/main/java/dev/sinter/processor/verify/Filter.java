package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;

/** The weights that make one output channel of a convolution. */
final class Filter {
  private final Window window;
  private final int firstChannel;
  private final double[] weights;
  private final double[] magnitudes;
  private final double[] biases; // one, or one for each class of rows and columns
  private final double[] padValues; // of all channels, or none if they are zeros
  private final double least;

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
    Tensor bias = op.bias();
    biases = new double[bias == null ? 1 : bias.size() / op.outputs()];
    for (int i = 0; bias != null && i < biases.length; i++) {
      biases[i] = bias.get(output * biases.length + i);
    }
    padValues = op.padValue() == null ? new double[0] : op.padValue().toDoubles();
    this.least = least;
  }

  /** Whether the bias depends on the class of a place. */
  boolean hasClasses() {
    return biases.length > 1;
  }

  /**
   * b + Σ w[i, kh, kw]·x[i, h, w] over the taps inside the map, the others reading their channel's
   * pad value.
   *
   * @param place the class of the place, 0 where the bias has none
   */
  void apply(Value x, int place, Span rows, Span columns, Value y, int index) {
    Shape map = x.shape();
    Window.Axis down = window.rows();
    Window.Axis across = window.columns();
    int channels = weights.length / (down.kernel() * across.kernel());
    double sum = biases[place];
    double magnitude = Interpreter.magnitude(sum, least);
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
    for (int tap = 0; tap < weights.length && padValues.length > 0; tap++) {
      if (!rows.contains(tap / across.kernel() % down.kernel())
          || !columns.contains(tap % across.kernel())) {
        double padValue = padValues[firstChannel + tap / (down.kernel() * across.kernel())];
        sum += weights[tap] * padValue;
        magnitude += magnitudes[tap] * Interpreter.magnitude(padValue, least);
      }
    }
    y.set(index, sum, magnitude);
  }
}
