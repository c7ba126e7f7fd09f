package dev.sinter.kernel;

/** A product of values, from left to right; vectors are repeated at each position. */
final class ScalarMultiply extends ScalarElementwise {
  private final Slot[] inputs;
  private final ActivationFunction activation;

  ScalarMultiply(Slot[] inputs, Slot output, ActivationFunction activation) {
    super(output, 2);
    this.inputs = inputs.clone();
    this.activation = activation;
  }

  @Override
  void compute(float[] arena, int from, int to, float[][] rows) {
    load(arena, inputs[0], from, to, rows[0]);
    for (int k = 1; k < inputs.length; k++) {
      load(arena, inputs[k], from, to, rows[1]);
      Rows.multiply(rows[0], rows[1], (to - from) * output.channels());
    }
    activation.applyToPositions(rows[0], to - from, output.channels());
  }

  private void load(float[] arena, Slot input, int from, int to, float[] row) {
    if (input.positions() == output.positions()) {
      Rows.load(arena, input, from, to, row);
    } else {
      Rows.load(arena, input, 0, 1, row);
      Rows.repeat(row, input.channels(), (to - from) * input.channels());
    }
  }
}
