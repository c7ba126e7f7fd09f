package dev.sinter.kernel;

/**
 * An activation function that no other kernel has taken over, on a copy of the input or in place.
 */
final class ScalarActivation implements Kernel {
  private final Slot input;
  private final Slot output;
  private final ActivationFunction activation;

  ScalarActivation(Slot input, Slot output, ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.activation = activation;
  }

  @Override
  public void run(float[] arena) {
    if (input.offset != output.offset) {
      System.arraycopy(arena, input.offset, arena, output.offset, output.size());
    }
    activation.apply(arena, output);
  }
}
