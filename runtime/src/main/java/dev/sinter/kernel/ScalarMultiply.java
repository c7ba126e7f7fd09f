package dev.sinter.kernel;

import java.util.Arrays;

/** A product of values, from left to right, channel by channel. */
final class ScalarMultiply implements Kernel {
  private final Slot[] inputs;
  private final Slot output;
  private final ActivationFunction activation;

  ScalarMultiply(Slot[] inputs, Slot output, ActivationFunction activation) {
    this.inputs = Slot.outputFirst(inputs, output);
    this.output = output;
    this.activation = activation;
  }

  @Override
  public void run(float[] arena) {
    int plane = output.plane();
    for (int c = 0; c < output.channels; c++) {
      int y = output.offset + c * plane;
      Slot first = inputs[0];
      if (first.plane() == plane) {
        if (first.offset != output.offset) {
          System.arraycopy(arena, first.offset + c * plane, arena, y, plane);
        }
      } else {
        Arrays.fill(arena, y, y + plane, arena[first.offset + c]);
      }
      for (int k = 1; k < inputs.length; k++) {
        Slot next = inputs[k];
        if (next.plane() == plane) {
          multiply(arena, y, next.offset + c * plane, plane);
        } else {
          scale(arena, y, arena[next.offset + c], plane);
        }
      }
      activation.apply(arena, y, y + plane, c);
    }
  }

  private static void multiply(float[] arena, int y, int x, int length) {
    for (int i = 0; i < length; i++) {
      arena[y + i] *= arena[x + i];
    }
  }

  private static void scale(float[] arena, int y, float factor, int length) {
    for (int i = y; i < y + length; i++) {
      arena[i] *= factor;
    }
  }
}
