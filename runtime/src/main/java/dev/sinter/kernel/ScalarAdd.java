package dev.sinter.kernel;

/** A sum of values of one shape, from left to right. */
final class ScalarAdd extends ScalarElementwise {
  private final Slot[] inputs;
  private final ActivationFunction activation;

  ScalarAdd(Slot[] inputs, Slot output, ActivationFunction activation) {
    super(output, 2);
    this.inputs = inputs.clone();
    this.activation = activation;
  }

  @Override
  void compute(float[] arena, int from, int to, float[][] rows) {
    Rows.load(arena, inputs[0], from, to, rows[0]);
    for (int k = 1; k < inputs.length; k++) {
      Rows.load(arena, inputs[k], from, to, rows[1]);
      Rows.add(rows[0], rows[1], (to - from) * output.channels());
    }
    activation.applyToPositions(rows[0], to - from, output.channels());
  }
}
