package dev.sinter.kernel;

import java.util.Random;

/** A map and a window over it, with awkward sizes. */
final class Geometry {
  final int height;
  final int width;
  final int[] kernel;
  final int[] stride;
  final int[] dilation;
  final int[] padding;

  Geometry(int height, int width, int[] kernel, int[] stride, int[] dilation, int[] padding) {
    this.height = height;
    this.width = width;
    this.kernel = kernel;
    this.stride = stride;
    this.dilation = dilation;
    this.padding = padding;
  }

  /**
   * A random one whose output is not empty. Paddings go beyond the kernel, kernels beyond the map.
   */
  static Geometry random(Random random) {
    while (true) {
      Geometry g =
          new Geometry(
              Rig.pick(random, 1, 2, 5, 7, 13),
              Rig.pick(random, 1, 2, 5, 7, 13),
              new int[] {1 + random.nextInt(7), 1 + random.nextInt(7)},
              new int[] {1 + random.nextInt(3), 1 + random.nextInt(3)},
              new int[] {1 + random.nextInt(3), 1 + random.nextInt(3)},
              new int[] {
                random.nextInt(10), random.nextInt(10), random.nextInt(10), random.nextInt(10)
              });
      if (g.outputHeight() > 0 && g.outputWidth() > 0) {
        return g;
      }
    }
  }

  int outputHeight() {
    return extent(height + padding[0] + padding[2], 0);
  }

  int outputWidth() {
    return extent(width + padding[1] + padding[3], 1);
  }

  private int extent(int padded, int axis) {
    return Math.floorDiv(padded - dilation[axis] * (kernel[axis] - 1) - 1, stride[axis]) + 1;
  }

  Window window() {
    return Window.of(kernel[0], kernel[1])
        .stride(stride[0], stride[1])
        .dilation(dilation[0], dilation[1])
        .padding(padding[0], padding[1], padding[2], padding[3]);
  }

  /** The row of the map that tap u of output row i falls on, perhaps outside. */
  int row(int i, int u) {
    return i * stride[0] - padding[0] + u * dilation[0];
  }

  /** The column of the map that tap v of output column j falls on, perhaps outside. */
  int column(int j, int v) {
    return j * stride[1] - padding[1] + v * dilation[1];
  }

  boolean inside(int row, int column) {
    return row >= 0 && row < height && column >= 0 && column < width;
  }

  @Override
  public String toString() {
    return String.format(
        "map %dx%d kernel %s stride %s dilation %s padding %s",
        height, width, text(kernel), text(stride), text(dilation), text(padding));
  }

  private static String text(int[] values) {
    return java.util.Arrays.toString(values);
  }
}
