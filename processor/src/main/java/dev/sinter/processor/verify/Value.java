package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Shape;

/**
 * What a graph computes at one of its values: the numbers, and beside each its magnitude, the sum
 * of the magnitudes of all terms it was summed from. Where the terms cancel the magnitude stays
 * large, and it is this that a rounding error is proportional to.
 */
public final class Value {
  private final Shape shape;
  private final double[] values;
  private final double[] magnitudes;

  /** All zero, for an operator to fill. */
  Value(Shape shape) {
    this.shape = shape;
    this.values = new double[Math.toIntExact(shape.size())];
    this.magnitudes = new double[values.length];
  }

  private Value(Shape shape, double[] values, double[] magnitudes) {
    this.shape = shape;
    this.values = values;
    this.magnitudes = magnitudes;
  }

  public Shape shape() {
    return shape;
  }

  public int size() {
    return values.length;
  }

  public double value(int index) {
    return values[index];
  }

  public double magnitude(int index) {
    return magnitudes[index];
  }

  public double[] values() {
    return values.clone();
  }

  void set(int index, double value, double magnitude) {
    values[index] = value;
    magnitudes[index] = magnitude;
  }

  /** The same elements in another shape. */
  Value reshaped(Shape other) {
    return new Value(other, values, magnitudes);
  }
}
