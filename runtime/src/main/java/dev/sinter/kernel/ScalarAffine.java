package dev.sinter.kernel;

import java.util.Arrays;

/** Scale and shift of each channel. */
final class ScalarAffine extends ScalarElementwise {
  private final Slot input;
  private final float[] scale; // for a whole block
  private final float[] shift;
  private final ActivationFunction activation;

  ScalarAffine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation) {
    super(output, 1);
    this.input = input;
    this.scale = repeated(scale);
    this.shift = repeated(shift);
    this.activation = activation;
  }

  private float[] repeated(float[] values) {
    float[] row = Arrays.copyOf(values, blockSize());
    Rows.repeat(row, values.length, row.length);
    return row;
  }

  @Override
  void compute(float[] arena, int from, int to, float[][] rows) {
    Rows.load(arena, input, from, to, rows[0]);
    scaleAndShift(rows[0], scale, shift, (to - from) * output.channels());
    activation.applyToPositions(rows[0], to - from, output.channels());
  }

  private static void scaleAndShift(float[] row, float[] scale, float[] shift, int length) {
    for (int i = 0; i < length; i++) {
      row[i] = scale[i] * row[i] + shift[i];
    }
  }
}
