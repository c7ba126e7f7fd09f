package dev.sinter.kernel;

/**
 * Which kernel computes a convolution: the one that is estimated to take the least time. The unit
 * is one product in a long row. A loop over a row costs {@link Rows#START} more, which was measured
 * on AVX-512. Rows over the map are turned from and to the layout with channels last, those of
 * Winograd's tiles are transformed, and rows over the channels are begun and ended at each
 * position; the prices of that are estimates, with which the layers of ResNet-18, ResNet-20 and
 * MobileNetV2 get the kernels that ran fastest.
 */
final class ScalarConvolution {
  private static final int TURNED = 13; // an element
  private static final int TRANSFORMED = 8; // an element of a tile
  private static final int BEGUN = 2000; // a position
  private static final int FEWEST_TRANSFORMED = 64; // output channels, with fewer never faster

  private final Convolution convolution;
  private final long groups;
  private final long depth; // input channels of a group
  private final long breadth; // output channels of a group
  private final long area; // taps

  private ScalarConvolution(Convolution convolution) {
    this.convolution = convolution;
    groups = convolution.groups();
    depth = convolution.input().channels() / groups;
    breadth = convolution.output().channels() / groups;
    area = (long) convolution.window().kernelHeight() * convolution.window().kernelWidth();
  }

  /**
   * The kernel for a convolution.
   *
   * @param packs whether it may be one that packs its weights
   */
  static Kernel kernel(Convolution convolution, boolean packs) {
    return new ScalarConvolution(convolution).kernel(packs);
  }

  private Kernel kernel(boolean packs) {
    if (depth == 1 && breadth == 1) {
      return new ScalarDepthwiseConvolution(convolution);
    }
    if (!packs) {
      return new ScalarMapConvolution(convolution);
    }
    boolean channels = overChannels() <= overMap();
    if (convolution.algorithm() != Convolution.Algorithm.DIRECT && breadth >= FEWEST_TRANSFORMED) {
      int tile = convolution.algorithm() == Convolution.Algorithm.WINOGRAD_2 ? 2 : 4;
      if (winograd(tile) < Math.min(overChannels(), overMap())) {
        return new ScalarWinogradConvolution(convolution, tile);
      }
    }
    return channels
        ? new ScalarChannelConvolution(convolution)
        : new ScalarMapConvolution(convolution);
  }

  /** Products in rows of so many elements, each of so many. */
  private static long products(long rows, long length, long most) {
    return rows * (length + Rows.START * ((length - 1) / most + 1));
  }

  private long overChannels() {
    long positions = convolution.output().positions();
    return products(groups * depth * area * positions, breadth, 256) + BEGUN * positions;
  }

  private long overMap() {
    Slot input = convolution.input();
    Slot output = convolution.output();
    Window window = convolution.window();
    long reach = (window.kernelWidth() - 1L) * window.dilationWidth() / window.strideWidth();
    long length = output.height() * (output.width() + reach);
    return products(groups * depth * area * breadth, length, Rows.LONG)
        + TURNED * ((long) input.size() + output.size());
  }

  private long winograd(int tile) {
    Slot output = convolution.output();
    long inputs = tile + 2L;
    long elements =
        (long) ((output.height() - 1) / tile + 1)
            * ((output.width() - 1) / tile + 1)
            * inputs
            * inputs;
    return products(elements * depth, breadth, 256) + TRANSFORMED * elements * (depth + breadth);
  }
}
