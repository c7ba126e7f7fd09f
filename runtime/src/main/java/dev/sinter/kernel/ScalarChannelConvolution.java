package dev.sinter.kernel;

import java.util.Arrays;

/**
 * Convolution as a matrix product, a row of sums for each output position, as long as there are
 * output channels: what the taps of a position meet is gathered (im2col), and each element of it
 * adds its row of weights times itself, in the order of taps and then channels.
 *
 * <p>A part is some positions and a block of output channels of each group. Its weights go past in
 * chunks that fit the second cache.
 */
final class ScalarChannelConvolution implements Kernel {
  private static final int PART = 1 << 22; // multiplications
  private static final int POSITIONS = 64;
  private static final int BLOCK = 256; // output channels
  private static final int CHUNK = 1 << 15; // weights

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final int groups;
  private final float[] padValues;
  private final Epilogue epilogue;

  private final int depth; // input channels of a group
  private final int breadth; // output channels of a group
  private final int terms; // of one sum
  private final int blocks; // of output channels
  private final int length; // of a block
  private final int chunk; // terms
  private final int positions; // at a time
  private final int band; // positions of a part
  private final float[][] weights; // [groups·blocks·terms][length]

  ScalarChannelConvolution(Convolution convolution) {
    input = convolution.input();
    output = convolution.output();
    window = convolution.window();
    groups = convolution.groups();
    padValues = convolution.padValues();
    epilogue = new Epilogue(convolution);
    depth = input.channels() / groups;
    breadth = output.channels() / groups;
    terms = depth * window.kernelHeight() * window.kernelWidth();
    blocks = (breadth - 1) / BLOCK + 1;
    length = (breadth - 1) / blocks + 1;
    chunk = Math.min(terms, Math.max(48, CHUNK / length / 3 * 3));
    positions = Math.min(POSITIONS, (output.positions() + 1) / 2 * 2);
    int most = Math.max(1, PART / (groups * terms * length) / positions);
    band = positions * most;
    weights = rows(convolution.weights());
  }

  /** The weights [O, C/groups, kh, kw], their output channels innermost. */
  private float[][] rows(float[] given) {
    int area = terms / depth;
    float[][] rows = new float[groups * blocks * terms][length];
    for (int o = 0; o < output.channels(); o++) {
      int inGroup = o % breadth;
      int first = (o / breadth * blocks + inGroup / length) * terms;
      for (int c = 0; c < depth; c++) {
        for (int tap = 0; tap < area; tap++) {
          rows[first + tap * depth + c][inGroup % length] = given[o * terms + c * area + tap];
        }
      }
    }
    return rows;
  }

  @Override
  public int parts() {
    return ((output.positions() - 1) / band + 1) * blocks;
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(positions * chunk).rows(positions + 1, length);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int block = part % blocks;
    int end = Math.min((part / blocks + 1) * band, output.positions());
    for (int from = part / blocks * band; from < end; from += positions) {
      for (int group = 0; group < groups; group++) {
        multiply(arena, group, block, from, Math.min(from + positions, end), scratch);
      }
    }
  }

  /** Computes a block of channels at the positions [from, to). */
  private void multiply(float[] arena, int group, int block, int from, int to, Scratch scratch) {
    float[][] sums = scratch.rows();
    float[] taps = scratch.buffer();
    int count = to - from;
    for (int p = 0; p < count; p++) {
      Arrays.fill(sums[p], 0, length, 0);
    }
    int first = (group * blocks + block) * terms;
    for (int k = 0; k < terms; k += chunk) {
      int width = Math.min(chunk, terms - k);
      for (int p = 0; p < count; p++) {
        gather(arena, group, from + p, k, k + width, taps, p * width);
      }
      int p = 0;
      for (; p + 1 < count; p += 2) {
        Rows.addWeightedToTwo(sums, p, length, taps, p * width, width, weights, first + k, width);
      }
      for (; p < count; p++) {
        Rows.addWeighted(sums[p], length, taps, p * width, weights, first + k, width);
      }
    }
    int channel = group * breadth + block * length;
    int channels = Math.min(length, breadth - block * length);
    for (int p = 0; p < count; p++) {
      int at = from + p;
      epilogue.finishPositions(arena, at, at + 1, channel, channels, sums[p], sums[positions]);
    }
  }

  /** Copies to taps[at …) the terms [from, to) of an output position. */
  private void gather(
      float[] arena, int group, int position, int from, int to, float[] taps, int at) {
    int top = position / output.width() * window.strideHeight() - window.top();
    int left = position % output.width() * window.strideWidth() - window.left();
    int count;
    for (int k = from; k < to; k += count) {
      int tap = k / depth;
      int c = k - tap * depth;
      count = Math.min(to - k, depth - c);
      int row = top + tap / window.kernelWidth() * window.dilationHeight();
      int column = left + tap % window.kernelWidth() * window.dilationWidth();
      int channel = group * depth + c;
      if (row >= 0 && row < input.height() && column >= 0 && column < input.width()) {
        int x = input.position(row * input.width() + column) + channel;
        System.arraycopy(arena, x, taps, at + k - from, count);
      } else {
        System.arraycopy(padValues, channel, taps, at + k - from, count);
      }
    }
  }
}
