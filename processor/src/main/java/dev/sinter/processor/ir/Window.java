package dev.sinter.processor.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a window moves over a map, for convolutions and pools. A 1-D window has one row.
 *
 * @param kernel rows and columns
 * @param stride rows and columns
 * @param dilation the distance of neighbouring taps
 * @param padding rows and columns around the map
 */
public record Window(Pair kernel, Pair stride, Pair dilation, Padding padding) {

  /**
   * A class of outputs, on one axis: windows in a row with the same taps inside the axis.
   *
   * @param first the first of these outputs
   * @param from the first tap that does not lie before the axis
   * @param to one past the last tap that does not lie behind it; no tap lies inside if it is not
   *     more than {@code from}
   */
  public record Taps(int first, int from, int to) {
    public boolean contains(int tap) {
      return from <= tap && tap < to;
    }
  }

  /** One number for rows, one for columns. */
  public record Pair(int height, int width) {
    public Pair {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(height + " × " + width + " is not positive");
      }
    }
  }

  /** Rows and columns that surround a map; the order is ONNX's. */
  public record Padding(int top, int left, int bottom, int right) {
    public static final Padding NONE = new Padding(0, 0, 0, 0);

    public Padding {
      if (top < 0 || left < 0 || bottom < 0 || right < 0) {
        throw new IllegalArgumentException("negative padding");
      }
    }
  }

  /** One dimension of a window. */
  public record Axis(int kernel, int stride, int dilation, int before, int after) {
    /** The positions from the first tap to the last; saturates at {@link Integer#MAX_VALUE}. */
    public int reach() {
      return (int) Math.min((kernel - 1L) * dilation + 1, Integer.MAX_VALUE);
    }

    /**
     * The number of positions the window takes on an axis of this extent; 0 or less where it does
     * not fit; saturates at {@link Integer#MAX_VALUE}. Source: PyTorch's pooling output size; in
     * ceil mode the last window must still start inside the axis or the padding before it.
     */
    public int outputs(int extent, boolean ceil) {
      long room = (long) extent + before + after - reach();
      if (room < 0 && !ceil) {
        return 0;
      }
      long outputs = Math.floorDiv(room + (ceil ? stride - 1 : 0), stride) + 1;
      if (ceil && (outputs - 1) * stride >= (long) extent + before) {
        outputs--;
      }
      return (int) Math.min(outputs, Integer.MAX_VALUE);
    }

    /** The classes of the outputs, in their order. */
    public List<Taps> classes(int outputs, int extent) {
      List<Taps> classes = new ArrayList<>();
      for (int output = 0; output < outputs; output++) {
        int start = output * stride - before;
        Taps taps = new Taps(output, tapsBefore(0, start), tapsBefore(extent, start));
        Taps last = classes.isEmpty() ? null : classes.get(classes.size() - 1);
        if (last == null || last.from() != taps.from() || last.to() != taps.to()) {
          classes.add(taps);
        }
      }
      return classes;
    }

    private int tapsBefore(int end, int start) {
      return end <= start ? 0 : Math.min(kernel, (end - start - 1) / dilation + 1);
    }
  }

  public Axis rows() {
    return new Axis(
        kernel.height(), stride.height(), dilation.height(), padding.top(), padding.bottom());
  }

  public Axis columns() {
    return new Axis(
        kernel.width(), stride.width(), dilation.width(), padding.left(), padding.right());
  }

  /**
   * The shape that this window makes of a map.
   *
   * @throws IllegalArgumentException if the window does not fit, with the reason
   */
  Shape over(Shape input, int channels, boolean ceil) {
    if (input.rank() < 2) {
      throw new IllegalArgumentException(
          "needs a map [C, H, W] or a sequence [C, L]; the input is the vector " + input);
    }
    if (input.rank() == 2 && (kernel.height() != 1 || padding.top() + padding.bottom() != 0)) {
      throw new IllegalArgumentException(
          "is 2-D; the input is the sequence " + input + ", which has no rows");
    }
    int height = rows().outputs(input.height(), ceil);
    int width = columns().outputs(input.width(), ceil);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "has a window of %d × %d, which does not fit the input %s with padding %d + %d rows"
                  + " and %d + %d columns; it needs a smaller window, more padding or a larger input",
              rows().reach(),
              columns().reach(),
              input,
              padding.top(),
              padding.bottom(),
              padding.left(),
              padding.right()));
    }
    return input.withMap(channels, height, width);
  }
}
