package dev.sinter.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What follows the sums of a convolution: bias, addend, activation, and the way to the output.
 *
 * <p>The bias comes after the sum: folding a batch normalization can make it large, and every sum
 * that it takes part in is rounded to its size.
 */
final class Epilogue {
  private final Slot output;
  private final BiasClasses classes;
  private final @Nullable Slot addend;
  private final ActivationFunction activation;

  Epilogue(Convolution convolution) {
    output = convolution.output();
    addend = convolution.addend();
    activation = convolution.activation();
    classes = BiasClasses.of(convolution);
  }

  /**
   * Finishes some channels of the positions [from, to).
   *
   * @param sums of the channels [channel, channel + count), a position behind the other from index
   *     0 on; overwritten
   * @param spare a row as long
   */
  void finishPositions(
      float[] arena, int from, int to, int channel, int count, float[] sums, float[] spare) {
    for (int p = from; p < to; p++) {
      System.arraycopy(classes.bias(classes.at(p)), channel, spare, (p - from) * count, count);
    }
    Rows.add(sums, spare, (to - from) * count);
    if (addend != null) {
      for (int p = from; p < to; p++) {
        int x = addend.position(p) + channel;
        System.arraycopy(arena, x, spare, (p - from) * count, count);
      }
      Rows.add(sums, spare, (to - from) * count);
    }
    if (activation.dependsOnChannel()) {
      for (int p = 0; p < to - from; p++) {
        activation.applyToChannels(sums, p * count, channel, count);
      }
    } else {
      activation.apply(sums, 0, (to - from) * count, channel);
    }
    if (output.isDense() && count == output.channels()) {
      System.arraycopy(sums, 0, arena, output.position(from), (to - from) * count);
      return;
    }
    for (int p = from; p < to; p++) {
      int y = output.position(p) + channel;
      System.arraycopy(sums, (p - from) * count, arena, y, count);
    }
  }

  /**
   * Finishes one channel of a block of the map.
   *
   * @param i the first row of the block
   * @param j its first column
   * @param sums the lines of the block from index 0 on; overwritten
   * @param pitch floats from line to line
   */
  void finishChannel(
      float[] arena, int channel, int i, int j, int height, int width, float[] sums, int pitch) {
    int length = (height - 1) * pitch + width;
    int position = i * output.width() + j;
    if (classes.count() == 1) {
      Rows.add(sums, classes.bias(0, channel), length);
    } else {
      for (int h = 0; h < height; h++) {
        for (int w = 0; w < width; w++) {
          int place = classes.at(position + h * output.width() + w);
          sums[h * pitch + w] += classes.bias(place, channel);
        }
      }
    }
    if (addend != null) {
      for (int h = 0; h < height; h++) {
        int from = addend.position(position + h * output.width()) + channel;
        addLine(sums, h * pitch, arena, from, addend.pixelStride(), width);
      }
    }
    activation.apply(sums, 0, length, channel);
    for (int h = 0; h < height; h++) {
      int to = output.position(position + h * output.width()) + channel;
      storeLine(sums, h * pitch, arena, to, output.pixelStride(), width);
    }
  }

  private static void addLine(float[] sums, int at, float[] arena, int x, int step, int count) {
    for (int w = 0; w < count; w++) {
      sums[at + w] += arena[x + w * step];
    }
  }

  private static void storeLine(float[] sums, int at, float[] arena, int y, int step, int count) {
    for (int w = 0; w < count; w++) {
      arena[y + w * step] = sums[at + w];
    }
  }
}
