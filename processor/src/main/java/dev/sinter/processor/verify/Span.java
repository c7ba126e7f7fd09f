package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Window;

/**
 * The taps of a window, on one axis and at one output, that lie inside the map; none if {@code from
 * >= to}.
 *
 * @param start where tap 0 lies, negative in the padding
 * @param from the first tap inside
 * @param to one past the last tap inside
 * @param padded one past the last tap inside the map or its padding
 */
record Span(int start, int from, int to, int padded) {

  /** One span for each output. */
  static Span[] of(Window.Axis axis, int outputs, int extent) {
    Span[] spans = new Span[outputs];
    for (int output = 0; output < outputs; output++) {
      int start = output * axis.stride() - axis.before();
      spans[output] =
          new Span(
              start,
              tapsBefore(0, start, axis),
              tapsBefore(extent, start, axis),
              tapsBefore(extent + axis.after(), start, axis));
    }
    return spans;
  }

  boolean contains(int tap) {
    return from <= tap && tap < to;
  }

  /** The number of times that the taps inside have changed up to each output. */
  static int[] classes(Span[] spans) {
    int[] classes = new int[spans.length];
    for (int i = 1; i < spans.length; i++) {
      boolean same = spans[i].from == spans[i - 1].from && spans[i].to == spans[i - 1].to;
      classes[i] = classes[i - 1] + (same ? 0 : 1);
    }
    return classes;
  }

  /** How many taps lie before {@code end}. */
  private static int tapsBefore(int end, int start, Window.Axis axis) {
    if (end <= start) {
      return 0;
    }
    return Math.min(axis.kernel(), (end - start - 1) / axis.dilation() + 1);
  }
}
