package dev.sinter.processor.emit;

import dev.sinter.processor.ir.Encoding;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/** An array of constants as it is kept: numbers that the runtime widens to floats. */
final class Numbers {
  private final Shape shape;
  private final int size;
  private final Width width;
  private final IntUnaryOperator bits;
  private final IntToDoubleFunction values;

  private Numbers(Shape shape, Width width, IntUnaryOperator bits, IntToDoubleFunction values) {
    this.shape = shape;
    this.size = Math.toIntExact(shape.size());
    this.width = width;
    this.bits = bits;
    this.values = values;
  }

  /** How wide a number is, and the methods of the runtime's {@code Constants} that read such. */
  enum Width {
    FLOAT(32, "floats", "next"),
    HALF(16, "halves", "nextHalves"),
    BYTE(8, "bytes", "nextBytes");

    private final int bits;
    private final String decoder;
    private final String reader;

    Width(int bits, String decoder, String reader) {
      this.bits = bits;
      this.decoder = decoder;
      this.reader = reader;
    }

    int bits() {
      return bits;
    }

    /** The method that takes such numbers from strings. */
    String decoder() {
      return decoder;
    }

    /** The method that takes them from a resource. */
    String reader() {
      return reader;
    }
  }

  /** A tensor, its numbers without their scales. */
  static Numbers of(Tensor tensor) {
    if (tensor.encoding() instanceof Encoding.Halves halves) {
      return new Numbers(tensor.shape(), Width.HALF, halves::bits, halves);
    }
    if (tensor.encoding() instanceof Encoding.Scaled scaled) {
      return new Numbers(tensor.shape(), Width.BYTE, scaled::code, scaled::code);
    }
    return new Numbers(
        tensor.shape(), Width.FLOAT, i -> Float.floatToIntBits((float) tensor.get(i)), tensor::get);
  }

  Shape shape() {
    return shape;
  }

  int size() {
    return size;
  }

  Width width() {
    return width;
  }

  /** A number's bits, the lowest first; those above its width do not matter. */
  int bits(int index) {
    return bits.applyAsInt(index);
  }

  /** What a number is. */
  double get(int index) {
    return values.applyAsDouble(index);
  }
}
