package dev.sinter.processor.ir;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/**
 * A constant array of real numbers, read in double. Trained weights stay in the float32 they mostly
 * come in; what is computed from them is double until it is rounded once.
 */
public final class Tensor {
  private final Shape shape;
  private final int size; // loops over millions of elements ask for it each time
  private final IntToDoubleFunction values;
  private final Encoding encoding;

  private Tensor(Shape shape, int length, IntToDoubleFunction values) {
    this(shape, length, values, new Encoding.Floats());
  }

  private Tensor(Shape shape, int length, IntToDoubleFunction values, Encoding encoding) {
    if (shape.size() != length) {
      throw new IllegalArgumentException(shape + " has not " + length + " elements");
    }
    this.shape = shape;
    this.size = length;
    this.values = values;
    this.encoding = encoding;
  }

  /** Keeps the array; the caller must not change it. */
  public static Tensor of(Shape shape, double... values) {
    return new Tensor(shape, values.length, i -> values[i]);
  }

  /** Keeps the array; the caller must not change it. */
  public static Tensor of(Shape shape, float[] values) {
    return new Tensor(shape, values.length, i -> values[i]);
  }

  /** A tensor that is kept in a compiled network otherwise than as floats. */
  public static Tensor encoded(Shape shape, Encoding.Coded encoding) {
    return new Tensor(shape, Math.toIntExact(shape.size()), encoding, encoding);
  }

  /** A vector. */
  public static Tensor vector(double... values) {
    return of(Shape.of(values.length), values);
  }

  /** A vector of equal values. */
  public static Tensor filled(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return vector(values);
  }

  /** A tensor computed element by element, once, now. */
  public static Tensor computed(Shape shape, IntToDoubleFunction values) {
    double[] result = new double[Math.toIntExact(shape.size())];
    for (int i = 0; i < result.length; i++) {
      result[i] = values.applyAsDouble(i);
    }
    return of(shape, result);
  }

  public Shape shape() {
    return shape;
  }

  public int size() {
    return size;
  }

  public double get(int index) {
    return values.applyAsDouble(index);
  }

  /** How it is kept in a compiled network. What is computed from a tensor is kept as floats. */
  public Encoding encoding() {
    return encoding;
  }

  /** The bytes that it takes in a compiled network. */
  public long bytes() {
    return encoding.bytes(size);
  }

  /** Each row, a slice of the first axis, multiplied by its own factor. */
  public Tensor scaledRows(Tensor factors) {
    int row = size() / factors.size();
    return computed(shape, i -> factors.get(i / row) * get(i));
  }

  /** A vector in which each element stands so many times in a row. */
  public Tensor repeated(int times) {
    return times == 1 ? this : computed(Shape.of(size() * times), i -> get(i / times));
  }

  /** The same values in another shape of the same size. */
  public Tensor reshaped(Shape other) {
    return new Tensor(other, size, values);
  }

  /**
   * The same values in another order, without copying them.
   *
   * @param from where the element of each index stands here
   */
  public Tensor arranged(Shape other, IntUnaryOperator from) {
    return new Tensor(other, size(), i -> values.applyAsDouble(from.applyAsInt(i)));
  }

  /** Rounded to the nearest float: what is baked. */
  public float[] toFloats() {
    float[] result = new float[size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) get(i);
    }
    return result;
  }

  /** This tensor as it is baked. What is kept otherwise than as floats is that already. */
  public Tensor rounded() {
    return encoding instanceof Encoding.Coded ? this : of(shape, toFloats());
  }

  public double[] toDoubles() {
    double[] result = new double[size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = get(i);
    }
    return result;
  }

  @Override
  public String toString() {
    return "tensor " + shape;
  }
}
