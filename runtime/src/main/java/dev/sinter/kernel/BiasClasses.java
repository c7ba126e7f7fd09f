package dev.sinter.kernel;

/**
 * The biases of a convolution by classes of places, as {@link Convolution} numbers them. Immutable.
 * For backends only.
 */
public final class BiasClasses {
  private final float[][] values; // [R·S][O]
  private final int[] rows; // the class of each output row, times S
  private final int[] columns; // the class of each output column
  private final int[] ends; // for each column, where its class ends

  private BiasClasses(float[][] values, int[] rows, int[] columns, int[] ends) {
    this.values = values;
    this.rows = rows;
    this.columns = columns;
    this.ends = ends;
  }

  /**
   * The biases of a convolution; if they are the same everywhere, of one class.
   *
   * @throws IllegalArgumentException if their number fits neither
   */
  public static BiasClasses of(Convolution convolution) {
    Slot output = convolution.output();
    float[] bias = convolution.bias();
    int channels = output.channels();
    int[] rows = {0};
    int[] columns = {0};
    if (bias.length != channels) {
      Window window = convolution.window();
      rows = window.rowClasses(output.height(), convolution.input().height());
      columns = window.columnClasses(output.width(), convolution.input().width());
    }
    int count = rows.length * columns.length;
    if (bias.length != channels * count) {
      throw new IllegalArgumentException(
          "A bias of "
              + bias.length
              + " values for "
              + channels
              + " channels, "
              + rows.length
              + " classes of rows and "
              + columns.length
              + " of columns.");
    }
    float[][] values = new float[count][channels];
    for (int o = 0; o < channels; o++) {
      for (int k = 0; k < count; k++) {
        values[k][o] = bias[o * count + k];
      }
    }
    return new BiasClasses(
        values,
        classes(rows, output.height(), columns.length),
        classes(columns, output.width(), 1),
        ends(columns, output.width()));
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

  private static int[] ends(int[] begins, int places) {
    int[] ends = new int[places];
    for (int k = 0; k < begins.length; k++) {
      int end = k + 1 < begins.length ? begins[k + 1] : places;
      for (int i = begins[k]; i < end; i++) {
        ends[i] = end;
      }
    }
    return ends;
  }

  /** The number of classes, R·S. */
  public int count() {
    return values.length;
  }

  /** The bias of a channel in a class. */
  public float bias(int index, int channel) {
    return values[index][channel];
  }

  /** The biases of a class, [O]; not a copy. */
  float[] bias(int index) {
    return values[index];
  }

  /** The class of the position y·W + x. */
  public int at(int position) {
    return rows[position / columns.length] + columns[position % columns.length];
  }

  /** The first position behind this one that is in another class or on another line. */
  public int end(int position) {
    int x = position % columns.length;
    return position - x + ends[x];
  }
}
