package dev.sinter.kernel;

/** A sum of values of one shape, from left to right. */
final class ScalarAdd implements Kernel {
  private final Slot[] inputs;
  private final Slot output;
  private final ActivationFunction activation;

  ScalarAdd(Slot[] inputs, Slot output, ActivationFunction activation) {
    this.inputs = Slot.outputFirst(inputs, output);
    this.output = output;
    this.activation = activation;
  }

  @Override
  public void run(float[] arena) {
    int y = output.offset;
    int size = output.size();
    if (inputs[0].offset != y) {
      System.arraycopy(arena, inputs[0].offset, arena, y, size);
    }
    for (int k = 1; k < inputs.length; k++) {
      int x = inputs[k].offset;
      for (int i = 0; i < size; i++) {
        arena[y + i] += arena[x + i];
      }
    }
    activation.apply(arena, output);
  }
}
