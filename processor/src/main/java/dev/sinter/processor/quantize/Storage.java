package dev.sinter.processor.quantize;

import dev.sinter.processor.ir.Encoding;
import dev.sinter.processor.ir.Half;
import dev.sinter.processor.ir.Tensor;
import java.util.stream.IntStream;

/** How weights are kept in a compiled network, the most exact first. */
public enum Storage {
  /** As floats. */
  FLOAT32 {
    @Override
    Tensor store(Tensor weight, Encoding.Channels channels) {
      return weight;
    }
  },

  /** As halves. */
  FLOAT16 {
    @Override
    Tensor store(Tensor weight, Encoding.Channels channels) {
      short[] bits = new short[weight.size()];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = Half.bits(weight.get(i));
      }
      return Tensor.encoded(weight.shape(), new Encoding.Halves(bits));
    }
  },

  /** As whole numbers from −127 to 127, with a scale for each output channel. */
  INT8 {
    @Override
    Tensor store(Tensor weight, Encoding.Channels channels) {
      byte[] codes = new byte[weight.size()];
      float[] scales = new float[channels.count()];
      IntStream.range(0, scales.length)
          .parallel()
          .forEach(channel -> scales[channel] = channel(weight, channels, channel, codes));
      return Tensor.encoded(weight.shape(), new Encoding.Scaled(codes, scales, channels));
    }
  };

  /**
   * The weights as they are kept. Halves may be infinite, and so may be 127 times a scale near the
   * largest float.
   *
   * @param channels their output channels
   */
  abstract Tensor store(Tensor weight, Encoding.Channels channels);

  static Storage of(Encoding.Coded encoding) {
    return encoding instanceof Encoding.Halves ? FLOAT16 : INT8;
  }

  /** Writes the codes of one channel. */
  private static float channel(
      Tensor weight, Encoding.Channels channels, int channel, byte[] codes) {
    double[] weights = new double[channels.weights()];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = weight.get(channels.index(channel, k));
    }
    float scale = LeastSquares.scale(weights);
    for (int k = 0; k < weights.length; k++) {
      codes[channels.index(channel, k)] = (byte) LeastSquares.code(weights[k], scale);
    }
    return scale;
  }
}
