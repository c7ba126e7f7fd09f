package dev.sinter.processor.recipes;

import dev.sinter.processor.SafetensorsWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Weights and inputs that need not be stored: each value follows from its tensor's name and its
 * place there. {@code recipes.py} makes the same bits, by integers and by floating point operations
 * that IEEE 754 rounds correctly; its comments say what the distributions are for.
 */
public final class SeededWeights {
  private static final double TINY = 1e-5;

  private SeededWeights() {}

  /**
   * A tensor to make.
   *
   * @param name as in the state_dict; its last part decides the distribution
   * @param exponent of two, by which a weight is scaled
   */
  public record Spec(String name, int exponent, int... shape) {
    private String sibling(String last) {
      return name.substring(0, name.lastIndexOf('.') + 1) + last;
    }

    private int size() {
      return product(0);
    }

    /** How many terms the sums have in which this weight is. */
    private int fanIn() {
      return product(1);
    }

    private int product(int from) {
      int product = 1;
      for (int axis = from; axis < shape.length; axis++) {
        product *= shape[axis];
      }
      return product;
    }
  }

  /** A file of the tensors, ready to be written. */
  public static SafetensorsWriter file(List<Spec> tensors) {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Spec tensor : tensors) {
      if (tensor.name().endsWith("num_batches_tracked")) {
        writer.add(tensor.name(), new long[tensor.size()], tensor.shape());
      } else {
        writer.add(tensor.name(), values(tensor), tensor.shape());
      }
    }
    return writer;
  }

  /** The values of one tensor. */
  public static float[] values(Spec tensor) {
    float[] values = new float[tensor.size()];
    long seed = hash(tensor.name());
    Distribution distribution = distribution(tensor);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) distribution.value(draw(seed, i), i);
    }
    return values;
  }

  private interface Distribution {
    double value(long bits, int index);
  }

  private static Distribution distribution(Spec tensor) {
    String name = tensor.name();
    switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "running_var":
        return (bits, i) -> isTiny(bits) ? TINY : octave(bits) * (1 + fraction(bits));
      case "weight":
        return tensor.shape().length == 1 ? gamma(tensor) : weight(tensor);
      case "bias", "running_mean":
        return (bits, i) -> bell(bits) / 8;
      default:
        long levels = hash(tensor.sibling("level"));
        return (bits, i) -> bell(bits) + bell(draw(levels, i / 1024));
    }
  }

  private static Distribution weight(Spec tensor) {
    double root = Math.sqrt(tensor.fanIn());
    double scale = Math.scalb(1.0, tensor.exponent());
    return (bits, i) -> bell(bits) / root * scale;
  }

  private static Distribution gamma(Spec tensor) {
    long variance = hash(tensor.sibling("running_var"));
    return (bits, i) -> {
      long lot = field(bits, 0, 10);
      double sign = lot < 31 ? 0 : lot < 133 ? -1 : 1;
      return sign * (0.5 + fraction(bits)) * (isTiny(draw(variance, i)) ? 0x1p-5 : 1);
    };
  }

  private static boolean isTiny(long varianceBits) {
    return field(varianceBits, 0, 6) == 0;
  }

  private static double octave(long bits) {
    return Math.scalb(1.0, (int) field(bits, 6, 3) - 6);
  }

  /** In [0, 1). */
  private static double fraction(long bits) {
    return field(bits, 40, 24) * 0x1p-24;
  }

  /** The sum of four uniform numbers, with mean 0, deviation 1 and no value beyond 3.5. */
  private static double bell(long bits) {
    long total = 0;
    for (int shift = 0; shift < Long.SIZE; shift += Short.SIZE) {
      total += field(bits, shift, Short.SIZE);
    }
    return (total - 131070) / 37837.0;
  }

  private static long field(long bits, int shift, int width) {
    return bits >>> shift & (1L << width) - 1;
  }

  /** A position below {@code size}: number {@code index} of those that a seed gives. */
  static int position(String seed, int index, int size) {
    return (int) Long.remainderUnsigned(draw(hash(seed), index), size);
  }

  /** FNV-1a. */
  private static long hash(String seed) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : seed.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  /** Number {@code index} of SplitMix64 in this state. */
  private static long draw(long state, int index) {
    long z = state + (index + 1L) * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
