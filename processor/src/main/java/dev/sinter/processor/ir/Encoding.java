package dev.sinter.processor.ir;

import java.util.function.IntToDoubleFunction;

/** How the elements of a tensor are kept in a compiled network. */
public sealed interface Encoding {

  /** The bytes that it takes to keep so many elements. */
  long bytes(int size);

  /** As floats, to which they are rounded when they are baked. */
  record Floats() implements Encoding {
    @Override
    public long bytes(int size) {
      return (long) size * Float.BYTES;
    }
  }

  /** Elements that are kept otherwise than as floats. */
  sealed interface Coded extends Encoding, IntToDoubleFunction {}

  /** As halves. */
  final class Halves implements Coded {
    private final short[] bits;

    /** Keeps the array; the caller must not change it. */
    public Halves(short[] bits) {
      this.bits = bits;
    }

    /** The sixteen bits of an element. */
    public short bits(int index) {
      return bits[index];
    }

    @Override
    public double applyAsDouble(int index) {
      return Half.value(bits[index]);
    }

    @Override
    public long bytes(int size) {
      return (long) size * Short.BYTES;
    }
  }

  /** As whole numbers q, each of which stands for q·s, rounded to float, with its channel's s. */
  final class Scaled implements Coded {
    private final byte[] codes;
    private final float[] scales;
    private final Channels channels;

    /** Keeps the arrays; the caller must not change them. */
    public Scaled(byte[] codes, float[] scales, Channels channels) {
      this.codes = codes;
      this.scales = scales;
      this.channels = channels;
    }

    /** q of an element. */
    public byte code(int index) {
      return codes[index];
    }

    /** The scales of all channels. */
    public Tensor scales() {
      return Tensor.of(Shape.of(scales.length), scales);
    }

    /** The channel of each element. */
    public Channels channels() {
      return channels;
    }

    /** Of 8 and 24 bits the product is exact in double, so that this is what floats give. */
    @Override
    public double applyAsDouble(int index) {
      return (float) ((double) codes[index] * scales[channels.of(index)]);
    }

    @Override
    public long bytes(int size) {
      return size + (long) scales.length * Float.BYTES;
    }
  }

  /**
   * Which output channel each weight belongs to. The weights of an ordinary layer are a row for
   * each channel; those of a transposed convolution in groups, [I, O/groups, kh, kw], have the
   * channels of a group once for each input of the group.
   *
   * @param count the output channels
   * @param groups the groups that they are in
   * @param inputs how often the channels of a group follow each other
   * @param run how many weights of one channel stand together
   */
  record Channels(int count, int groups, int inputs, int run) {
    /** The channel of a weight. */
    public int of(int index) {
      int ofGroup = count / groups;
      return index / (run * ofGroup * inputs) * ofGroup + index / run % ofGroup;
    }

    /** The weights of each channel. */
    public int weights() {
      return inputs * run;
    }

    /** Where the k-th weight of a channel stands. */
    public int index(int channel, int k) {
      int ofGroup = count / groups;
      int row = channel / ofGroup * inputs + k / run;
      return (row * ofGroup + channel % ofGroup) * run + k % run;
    }
  }
}
