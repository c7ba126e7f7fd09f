package dev.sinter.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What follows the sums of a convolution: bias, addend, activation, and the way to the output.
 *
 * <p>The bias comes after the sum: folding a batch normalization can make it large, and every sum
 * that it takes part in is rounded to its size.
 */
final class Epilogue {
  private static final int REPEATED = 4096; // floats

  private final Slot output;
  private final BiasClasses classes;
  private final float[] repeated; // the bias of some positions, if it is the same everywhere
  private final @Nullable Slot addend;
  private final ActivationFunction activation;

  Epilogue(Convolution convolution) {
    output = convolution.output();
    addend = convolution.addend();
    activation = convolution.activation();
    classes = BiasClasses.of(convolution);
    int channels = output.channels();
    int positions = classes.count() == 1 ? Math.max(1, REPEATED / channels) : 0;
    repeated = Arrays.copyOf(classes.bias(0), channels * positions);
    Rows.repeat(repeated, channels, repeated.length);
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
    if (count == output.channels() && (to - from) * count <= repeated.length) {
      Rows.add(sums, repeated, (to - from) * count);
    } else {
      for (int p = from; p < to; p++) {
        System.arraycopy(classes.bias(classes.at(p)), channel, spare, (p - from) * count, count);
      }
      Rows.add(sums, spare, (to - from) * count);
    }
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
   * Finishes some channels of a block of the map.
   *
   * @param channel the first of them
   * @param i the first row of the block
   * @param j its first column
   * @param sums a row for each channel, with the lines of the block from index 0 on; overwritten
   * @param pitch floats from line to line
   */
  void finishChannels(
      float[] arena,
      int channel,
      int count,
      int i,
      int j,
      int height,
      int width,
      float[][] sums,
      int pitch) {
    int length = (height - 1) * pitch + width;
    int position = i * output.width() + j;
    for (int o = 0; o < count; o++) {
      addBias(channel + o, i, j, height, width, sums[o], pitch);
    }
    if (addend != null) {
      for (int h = 0; h < height; h++) {
        int x = addend.position(position + h * output.width()) + channel;
        Transposition.add(arena, x, addend.pixelStride(), sums, h * pitch, count, width);
      }
    }
    for (int o = 0; o < count; o++) {
      activation.apply(sums[o], 0, length, channel + o);
    }
    for (int h = 0; h < height; h++) {
      int y = output.position(position + h * output.width()) + channel;
      Transposition.store(sums, h * pitch, arena, y, output.pixelStride(), count, width);
    }
  }

  private void addBias(int channel, int i, int j, int height, int width, float[] sums, int pitch) {
    if (classes.count() == 1) {
      Rows.add(sums, classes.bias(0, channel), (height - 1) * pitch + width);
      return;
    }
    for (int h = 0; h < height; h++) {
      for (int w = 0; w < width; w++) {
        int place = classes.at((i + h) * output.width() + j + w);
        sums[h * pitch + w] += classes.bias(place, channel);
      }
    }
  }
}
