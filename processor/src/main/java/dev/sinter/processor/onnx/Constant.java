package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A constant of a model.
 *
 * @param name the initializer's, as it stands in messages
 * @param values integers too; those beyond 2⁵³, which stand for "to the end", may be rounded
 * @param integer whether they are integers, which divide as such
 */
record Constant(String name, Tensor values, boolean integer) implements Operand {

  static Constant integers(String name, Shape dims, long... values) {
    return new Constant(
        name, Tensor.of(dims, Arrays.stream(values).asDoubleStream().toArray()), true);
  }

  @Override
  public Shape dims() {
    return values.shape();
  }

  @Override
  public Constant reshaped(Shape dims) {
    return new Constant(name, values.reshaped(dims), integer);
  }

  @Override
  public Constant rearranged(Shape dims, int[] from) {
    return new Constant(name, Tensor.computed(dims, i -> values.get(from[i])), integer);
  }

  Constant map(DoubleUnaryOperator function) {
    return new Constant(
        name, Tensor.computed(dims(), i -> function.applyAsDouble(values.get(i))), integer);
  }

  /** Its elements, which an index or an extent is; longs saturate. */
  List<Long> longs() {
    return Arrays.stream(values.toDoubles()).mapToObj(value -> (long) value).toList();
  }

  List<Double> doubles() {
    return Arrays.stream(values.toDoubles()).boxed().toList();
  }
}
