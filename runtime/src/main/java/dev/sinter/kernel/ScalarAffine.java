package dev.sinter.kernel;

/** Scale and shift of each channel, on a copy of the input or in place. */
final class ScalarAffine implements Kernel {
  private final Slot input;
  private final Slot output;
  private final float[] scale;
  private final float[] shift;
  private final ActivationFunction activation;

  ScalarAffine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation) {
    this.input = input;
    this.output = output;
    this.scale = scale;
    this.shift = shift;
    this.activation = activation;
  }

  @Override
  public void run(float[] arena) {
    int plane = output.plane();
    for (int c = 0; c < output.channels; c++) {
      int from = output.offset + c * plane;
      int to = from + plane;
      if (input.offset != output.offset) {
        System.arraycopy(arena, input.offset + c * plane, arena, from, plane);
      }
      float factor = scale[c];
      float term = shift[c];
      for (int i = from; i < to; i++) {
        arena[i] = factor * arena[i] + term;
      }
      activation.apply(arena, from, to, c);
    }
  }
}
