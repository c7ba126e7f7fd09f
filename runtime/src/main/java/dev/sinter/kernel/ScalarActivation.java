package dev.sinter.kernel;

/** An activation function that no other kernel has taken over. */
final class ScalarActivation extends ScalarElementwise {
  private final Slot input;
  private final ActivationFunction activation;

  ScalarActivation(Slot input, Slot output, ActivationFunction activation) {
    super(output, 1);
    this.input = input;
    this.activation = activation;
  }

  @Override
  void compute(float[] arena, int from, int to, float[][] rows) {
    Rows.load(arena, input, from, to, rows[0]);
    activation.applyToPositions(rows[0], to - from, output.channels());
  }
}
