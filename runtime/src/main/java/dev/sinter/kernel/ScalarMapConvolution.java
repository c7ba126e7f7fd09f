package dev.sinter.kernel;

import java.util.Arrays;

/**
 * Convolution as a matrix product, a row of sums for each output channel, as long as there are
 * positions in a block of the map.
 *
 * <p>The part of the input that a block meets is turned to lie planar, with its border, the rows
 * and columns apart that lie a stride apart (its phases): there, what a tap meets at all positions
 * is one run, which is copied to a row (im2col). Between the lines of a row stand a few columns
 * that mean nothing. A part is one or more blocks and some of the output channels.
 */
final class ScalarMapConvolution implements Kernel {
  private static final int PART = 1 << 22; // multiplications
  private static final int ROWS = 8_192; // floats of the copied rows
  private static final int CHANNELS = 128; // of a part

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final int groups;
  private final float[] weights; // [O, C/groups, kh, kw]
  private final float[] padValues;
  private final Epilogue epilogue;

  private final int depth; // input channels of a group
  private final int breadth; // output channels of a group
  private final int terms; // of one sum
  private final int channels; // of a part, in each group
  private final int blockHeight;
  private final int blockWidth;
  private final int across; // blocks
  private final int blocks; // of a part
  private final int phaseHeight; // rows of a phase
  private final int phaseWidth;
  private final int plane; // floats of a channel, turned
  private final int length; // of a row
  private final int chunk; // terms copied at a time

  ScalarMapConvolution(Convolution convolution) {
    input = convolution.input();
    output = convolution.output();
    window = convolution.window();
    groups = convolution.groups();
    weights = convolution.weights();
    padValues = convolution.padValues();
    epilogue = new Epilogue(convolution);
    depth = input.channels() / groups;
    breadth = output.channels() / groups;
    terms = depth * window.kernelHeight() * window.kernelWidth();
    channels = even(breadth, CHANNELS);

    int spanHeight = (window.kernelHeight() - 1) * window.dilationHeight();
    int spanWidth = (window.kernelWidth() - 1) * window.dilationWidth();
    blockWidth = even(output.width(), Rows.LONG);
    phaseWidth = blockWidth + spanWidth / window.strideWidth();
    blockHeight = even(output.height(), Math.max(1, Rows.LONG / phaseWidth));
    phaseHeight = blockHeight + spanHeight / window.strideHeight();
    across = (output.width() - 1) / blockWidth + 1;
    length = (blockHeight - 1) * phaseWidth + blockWidth;
    plane = window.strideHeight() * window.strideWidth() * phaseHeight * phaseWidth;
    chunk = Math.min(terms, Math.max(12, ROWS / length / 3 * 3));
    int work = groups * channels * terms * length;
    blocks = Math.max(1, Math.min(PART / work, allBlocks()));
  }

  /** The size of the fewest equal pieces that are not larger than {@code most}. */
  private static int even(int extent, int most) {
    int pieces = (extent - 1) / most + 1;
    return (extent - 1) / pieces + 1;
  }

  private int allBlocks() {
    return ((output.height() - 1) / blockHeight + 1) * across;
  }

  private int channelParts() {
    return (breadth - 1) / channels + 1;
  }

  @Override
  public int parts() {
    return ((allBlocks() - 1) / blocks + 1) * channelParts();
  }

  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(depth * plane).rows(channels + chunk, length);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int first = part % channelParts() * channels;
    int count = Math.min(channels, breadth - first);
    int from = part / channelParts() * blocks;
    int to = Math.min(from + blocks, allBlocks());
    for (int block = from; block < to; block++) {
      int i = block / across * blockHeight;
      int j = block % across * blockWidth;
      int height = Math.min(blockHeight, output.height() - i);
      int width = Math.min(blockWidth, output.width() - j);
      for (int group = 0; group < groups; group++) {
        turn(arena, group * depth, i, j, scratch.buffer());
        int channel = group * breadth + first;
        multiply(channel, count, scratch);
        epilogue.finishChannels(
            arena, channel, count, i, j, height, width, scratch.rows(), phaseWidth);
      }
    }
  }

  /** Turns what the block at [i, j] meets of a group, whose first channel is given. */
  private void turn(float[] arena, int channel, int i, int j, float[] turned) {
    int top = i * window.strideHeight() - window.top();
    int left = j * window.strideWidth() - window.left();
    int at = 0;
    for (int down = 0; down < window.strideHeight(); down++) {
      for (int right = 0; right < window.strideWidth(); right++) {
        for (int h = 0; h < phaseHeight; h++) {
          int row = top + down + h * window.strideHeight();
          turnLine(arena, channel, row, left + right, turned, at);
          at += phaseWidth;
        }
      }
    }
  }

  /** Turns one line of a phase for all channels: columns from {@code column} on, a stride apart. */
  private void turnLine(float[] arena, int channel, int row, int column, float[] turned, int at) {
    int stride = window.strideWidth();
    boolean inside = row >= 0 && row < input.height();
    int from = inside ? Math.min(phaseWidth, Window.ceil(-column, stride)) : phaseWidth;
    int to = Math.max(from, Math.min(phaseWidth, Window.ceil(input.width() - column, stride)));
    int step = stride * input.pixelStride();
    int x =
        input.offset()
            + channel
            + (row * input.width() + column + from * stride) * input.pixelStride();
    for (int c = 0; c < depth && to - from < phaseWidth; c++) {
      int line = c * plane + at;
      Arrays.fill(turned, line, line + from, padValues[channel + c]);
      Arrays.fill(turned, line + to, line + phaseWidth, padValues[channel + c]);
    }
    Transposition.load(arena, x, step, turned, at + from, plane, depth, to - from);
  }

  /** Leaves the sums of some output channels in the first rows. */
  private void multiply(int channel, int count, Scratch scratch) {
    float[][] rows = scratch.rows();
    for (int o = 0; o < count; o++) {
      Arrays.fill(rows[o], 0, length, 0);
    }
    for (int k = 0; k < terms; k += chunk) {
      int width = Math.min(chunk, terms - k);
      for (int term = 0; term < width; term++) {
        int start = start(k + term);
        System.arraycopy(scratch.buffer(), start, rows[channels + term], 0, length);
      }
      int f = channel * terms + k;
      int o = 0;
      for (; o + 1 < count; o += 2) {
        Rows.addWeightedToTwo(
            rows, o, length, weights, f + o * terms, terms, rows, channels, width);
      }
      for (; o < count; o++) {
        Rows.addWeighted(rows[o], length, weights, f + o * terms, rows, channels, width);
      }
    }
  }

  /** Where what a term meets begins. */
  private int start(int term) {
    int columns = window.kernelWidth();
    int area = window.kernelHeight() * columns;
    int down = term % area / columns * window.dilationHeight();
    int right = term % columns * window.dilationWidth();
    int phase = down % window.strideHeight() * window.strideWidth() + right % window.strideWidth();
    int line = phase * phaseHeight + down / window.strideHeight();
    return term / area * plane + line * phaseWidth + right / window.strideWidth();
  }
}
