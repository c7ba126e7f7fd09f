package dev.sinter.vector;

import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Window;

/**
 * The weights of a convolution as {@link Gemm} reads them: blocks of whole vectors of output
 * channels, each [u][v][c][channel], padded with zeros behind a group's last channel. Immutable.
 */
final class PackedWeights {
  /** The weights; block after block. */
  final float[] values;

  /** The start of each channel, in the order of the blocks, padded with zeros. */
  final float[] bias;

  /** The vectors in each block. */
  final int[] vectors;

  /** The first output channel of each block. */
  final int[] channel;

  /** The output channels of each block. */
  final int[] channels;

  /** Where each block begins, in vectors of output channels. */
  final int[] begin;

  /** Products in an output: C/groups·kh·kw. */
  final int depth;

  private PackedWeights(int blocks, int depth, int totalVectors) {
    this.depth = depth;
    values = new float[totalVectors * Gemm.LANES * depth];
    bias = new float[totalVectors * Gemm.LANES];
    vectors = new int[blocks];
    channel = new int[blocks];
    channels = new int[blocks];
    begin = new int[blocks];
  }

  static PackedWeights of(Convolution convolution, float[] bias) {
    Window window = convolution.window();
    int taps = window.kernelHeight() * window.kernelWidth();
    int depth = convolution.input().channels() / convolution.groups() * taps;
    int perGroup = convolution.output().channels() / convolution.groups();
    PackedWeights packed = blocks(convolution.groups(), perGroup, depth);
    for (int block = 0; block < packed.vectors.length; block++) {
      packed.pack(block, convolution.weights(), taps);
      int at = packed.begin[block] * Gemm.LANES;
      System.arraycopy(bias, packed.channel[block], packed.bias, at, packed.channels[block]);
    }
    return packed;
  }

  /** Empty blocks. */
  static PackedWeights blocks(int groups, int perGroup, int depth) {
    int vectors = Window.ceil(perGroup, Gemm.LANES);
    int blocks = Window.ceil(vectors, Gemm.VECTORS);
    PackedWeights packed = new PackedWeights(groups * blocks, depth, groups * vectors);
    int block = 0;
    for (int group = 0; group < groups; group++) {
      int left = vectors;
      while (left > 0) {
        int done = (vectors - left) * Gemm.LANES;
        packed.vectors[block] = Math.min(Gemm.VECTORS, left);
        packed.begin[block] = group * vectors + vectors - left;
        packed.channel[block] = group * perGroup + done;
        packed.channels[block] = Math.min(packed.vectors[block] * Gemm.LANES, perGroup - done);
        left -= packed.vectors[block++];
      }
    }
    return packed;
  }

  private void pack(int block, float[] weights, int taps) {
    int stride = vectors[block] * Gemm.LANES;
    int from = at(block);
    int inputs = depth / taps;
    for (int o = 0; o < channels[block]; o++) {
      int filter = (channel[block] + o) * depth;
      for (int c = 0; c < inputs; c++) {
        for (int tap = 0; tap < taps; tap++) {
          values[from + (tap * inputs + c) * stride + o] = weights[filter + c * taps + tap];
        }
      }
    }
  }

  /** Where a block's weights are. */
  int at(int block) {
    return begin[block] * Gemm.LANES * depth;
  }
}
