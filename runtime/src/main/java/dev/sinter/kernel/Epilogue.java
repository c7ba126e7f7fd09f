package dev.sinter.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What follows the sums of a convolution: bias, addend, activation, and the way to the output.
 *
 * <p>The bias comes after the sum: folding a batch normalization can make it large, and every sum
 * that it takes part in is rounded to its size.
 */
final class Epilogue {
  private final Slot output;
  private final float[][] bias; // [R·S][O]
  private final int[] rowClasses; // of each output row, times S
  private final int[] columnClasses;
  private final @Nullable Slot addend;
  private final ActivationFunction activation;

  Epilogue(Convolution convolution) {
    output = convolution.output();
    addend = convolution.addend();
    activation = convolution.activation();
    int channels = output.channels();
    int[] rows = {0};
    int[] columns = {0};
    if (convolution.bias().length != channels) {
      Window window = convolution.window();
      rows = window.rowClasses(output.height(), convolution.input().height());
      columns = window.columnClasses(output.width(), convolution.input().width());
    }
    int places = rows.length * columns.length;
    if (convolution.bias().length != channels * places) {
      throw new IllegalArgumentException(
          "A bias of "
              + convolution.bias().length
              + " values for "
              + channels
              + " channels, "
              + rows.length
              + " classes of rows and "
              + columns.length
              + " of columns.");
    }
    bias = new float[places][channels];
    for (int o = 0; o < channels; o++) {
      for (int place = 0; place < places; place++) {
        bias[place][o] = convolution.bias()[o * places + place];
      }
    }
    rowClasses = classes(rows, output.height(), columns.length);
    columnClasses = classes(columns, output.width(), 1);
  }

  /** The class of each place, from where each class begins. */
  private static int[] classes(int[] begins, int places, int factor) {
    int[] classes = new int[places];
    for (int k = 1; k < begins.length; k++) {
      for (int i = begins[k]; i < places; i++) {
        classes[i] = k * factor;
      }
    }
    return classes;
  }

  /**
   * Finishes some channels of one position.
   *
   * @param sums of the channels [channel, channel + count), from index 0 on; overwritten
   * @param spare a row as long
   */
  void finishPosition(
      float[] arena, int position, int channel, int count, float[] sums, float[] spare) {
    int width = output.width();
    int place = rowClasses[position / width] + columnClasses[position % width];
    System.arraycopy(bias[place], channel, spare, 0, count);
    Rows.add(sums, spare, count);
    if (addend != null) {
      System.arraycopy(arena, addend.position(position) + channel, spare, 0, count);
      Rows.add(sums, spare, count);
    }
    activation.applyToChannels(sums, 0, channel, count);
    System.arraycopy(sums, 0, arena, output.position(position) + channel, count);
  }
}
