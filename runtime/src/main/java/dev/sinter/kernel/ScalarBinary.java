package dev.sinter.kernel;

import java.util.Arrays;

/** An operation on two values, of which each is repeated on the axes where it has one index. */
final class ScalarBinary extends ScalarElementwise {
  private final Slot first;
  private final Slot second;
  private final Operation operation;
  private final ActivationFunction activation;

  ScalarBinary(Slot[] inputs, Slot output, Operation operation, ActivationFunction activation) {
    super(output, 2);
    first = inputs[0];
    second = inputs[1];
    this.operation = operation;
    this.activation = activation;
  }

  @Override
  void compute(float[] arena, int from, int to, float[][] rows) {
    load(arena, first, from, to, rows[0]);
    load(arena, second, from, to, rows[1]);
    operation.apply(rows[0], rows[1], (to - from) * output.channels());
    activation.applyToPositions(rows[0], to - from, output.channels());
  }

  private void load(float[] arena, Slot input, int from, int to, float[] row) {
    int channels = output.channels();
    if (input.channels() == channels && input.positions() == output.positions()) {
      Rows.load(arena, input, from, to, row);
      return;
    }
    boolean oneRow = input.height() == 1;
    boolean oneColumn = input.width() == 1;
    if (oneRow && oneColumn) {
      position(arena, input, 0, row, 0);
      Rows.repeat(row, channels, (to - from) * channels);
      return;
    }
    int i = from / output.width();
    int j = from % output.width();
    for (int p = from; p < to; p++) {
      position(
          arena,
          input,
          (oneRow ? 0 : i * input.width()) + (oneColumn ? 0 : j),
          row,
          (p - from) * channels);
      if (++j == output.width()) {
        j = 0;
        i++;
      }
    }
  }

  private void position(float[] arena, Slot input, int position, float[] row, int at) {
    int x = input.position(position);
    if (input.channels() == output.channels()) {
      System.arraycopy(arena, x, row, at, output.channels());
    } else {
      Arrays.fill(row, at, at + output.channels(), arena[x]);
    }
  }
}
