package dev.sinter.kernel;

/**
 * Which kernel computes a convolution.
 *
 * <p>Of the two matrix products the one with the longer rows is faster, in principle. Rows of
 * output channels need not turn the input, which makes up for half the length; from 128 on their
 * length makes no difference any more. {@link Winograd}'s rows are over channels, and gain from 32
 * on: with 16 channels on 32 × 32 positions they take as long as the direct sum, with 64 on 56 × 56
 * less than half of it. (Measured on AVX-512, JDK 17 and 25, with the layers of ResNet-18,
 * ResNet-20 and MobileNetV2.)
 */
final class ScalarConvolution {
  private static final int LONG = 128; // output channels
  private static final int SHORT = 32;

  static Kernel kernel(Convolution convolution) {
    int groups = convolution.groups();
    int breadth = convolution.output().channels() / groups;
    if (groups == convolution.input().channels() && breadth == 1) {
      return new ScalarDepthwiseConvolution(convolution);
    }
    if (convolution.algorithm() != Convolution.Algorithm.DIRECT && breadth >= SHORT) {
      boolean two = convolution.algorithm() == Convolution.Algorithm.WINOGRAD_2;
      return new ScalarWinogradConvolution(convolution, two ? 2 : 4);
    }
    if (breadth >= Math.min(LONG, convolution.output().positions())) {
      return new ScalarChannelConvolution(convolution);
    }
    return new ScalarMapConvolution(convolution);
  }

  private ScalarConvolution() {}
}
