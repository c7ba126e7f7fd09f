package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Window;

/** What a pool makes of the elements in one window. */
record Pooling(Op.Pool.Kind kind, Window window, boolean countPadding) {

  /** A pool whose window is the map. */
  static Pooling global(Op.Pool.Kind kind) {
    Window.Pair one = new Window.Pair(1, 1);
    return new Pooling(kind, new Window(one, one, one, Window.Padding.NONE), false);
  }

  /**
   * The largest element, padding left out; or the sum, divided by the number of taps inside the map
   * or, if padding counts, inside the map and its padding. What a last window of ceil mode has
   * beyond the padding never counts.
   */
  void apply(Value x, int channel, Span rows, Span columns, Value y, int index) {
    double greatest = Double.NEGATIVE_INFINITY;
    double greatestMagnitude = 0;
    double sum = 0;
    double sumOfMagnitudes = 0;
    for (int row = rows.from(); row < rows.to(); row++) {
      int h = rows.start() + row * window.dilation().height();
      for (int column = columns.from(); column < columns.to(); column++) {
        int w = columns.start() + column * window.dilation().width();
        int at = (channel * x.shape().height() + h) * x.shape().width() + w;
        greatest = Math.max(greatest, x.value(at));
        greatestMagnitude = Math.max(greatestMagnitude, x.magnitude(at));
        sum += x.value(at);
        sumOfMagnitudes += x.magnitude(at);
      }
    }
    if (kind == Op.Pool.Kind.MAX) {
      y.set(index, greatest, greatestMagnitude);
    } else {
      int divisor =
          countPadding
              ? rows.padded() * columns.padded()
              : (rows.to() - rows.from()) * (columns.to() - columns.from());
      y.set(index, sum / divisor, sumOfMagnitudes / divisor);
    }
  }
}
