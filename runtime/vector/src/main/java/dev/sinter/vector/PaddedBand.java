package dev.sinter.vector;

import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;

/**
 * Copies what a band of output rows reads, with what lies around the map, so that no tap is outside
 * of the copy. Its channels are dense. Immutable.
 */
final class PaddedBand {
  private final Slot input;
  private final Window window;
  private final float[] padValues;
  private final boolean zeros;
  private final int width;

  PaddedBand(Convolution convolution) {
    this(convolution, convolution.output().width());
  }

  /** The same for so many columns of output. */
  PaddedBand(Convolution convolution, int columns) {
    input = convolution.input();
    window = convolution.window();
    padValues = convolution.padValues();
    zeros = convolution.padsZeros();
    width =
        (columns - 1) * window.strideWidth()
            + (window.kernelWidth() - 1) * window.dilationWidth()
            + 1;
  }

  /** The copy's columns. */
  int width() {
    return width;
  }

  /** The copy's rows for so many output rows. */
  int height(int rows) {
    return (rows - 1) * window.strideHeight()
        + (window.kernelHeight() - 1) * window.dilationHeight()
        + 1;
  }

  /** The copy's floats for so many output rows. */
  int floats(int rows) {
    return height(rows) * width * input.channels();
  }

  /** Copies the rows that the output rows from {@code row} on read to {@code buffer[0 …)}. */
  void copy(float[] arena, int row, int rows, float[] buffer) {
    int stride = width * input.channels();
    int first = row * window.strideHeight() - window.top();
    int height = height(rows);
    for (int y = 0; y < height; y++) {
      int from = first + y;
      if (from < 0 || from >= input.height()) {
        pad(buffer, y * stride, width);
      } else {
        copyRow(arena, from, buffer, y * stride);
      }
    }
  }

  private void copyRow(float[] arena, int row, float[] buffer, int at) {
    int channels = input.channels();
    int left = Math.min(window.left(), width);
    int columns = Math.min(input.width(), width - left);
    pad(buffer, at, left);
    int from = input.position(row * input.width());
    int to = at + left * channels;
    if (input.isDense()) {
      System.arraycopy(arena, from, buffer, to, columns * channels);
    } else {
      for (int x = 0; x < columns; x++) {
        System.arraycopy(
            arena, from + x * input.pixelStride(), buffer, to + x * channels, channels);
      }
    }
    pad(buffer, to + columns * channels, width - left - columns);
  }

  private void pad(float[] buffer, int at, int columns) {
    int channels = input.channels();
    if (zeros) {
      Arrays.fill(buffer, at, at + columns * channels, 0);
      return;
    }
    for (int x = 0; x < columns; x++) {
      System.arraycopy(padValues, 0, buffer, at + x * channels, channels);
    }
  }
}
