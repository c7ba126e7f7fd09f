package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Shape;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The elements of a value of the graph, in some shape and order. */
final class View implements Operand {
  private final int id;
  private final Shape dims;
  private final int @Nullable [] order;

  private View(int id, Shape dims, int @Nullable [] order) {
    this.id = id;
    this.dims = dims;
    this.order = order;
  }

  /** A value as it is. */
  static View of(int id, Shape dims) {
    return new View(id, dims, null);
  }

  /** The value whose elements these are. */
  int id() {
    return id;
  }

  @Override
  public Shape dims() {
    return dims;
  }

  /** Whether the elements stand as they do in the value. */
  boolean isOrdered() {
    return order == null;
  }

  /** Where an element stands in the value. */
  int from(int element) {
    return order == null ? element : order[element];
  }

  int size() {
    return (int) dims.size();
  }

  /** The same view of another value of the same size. */
  View over(int other) {
    return new View(other, dims, order);
  }

  @Override
  public View reshaped(Shape other) {
    return new View(id, other, order);
  }

  @Override
  public View rearranged(Shape other, int[] from) {
    int[] composed = new int[from.length];
    for (int i = 0; i < from.length; i++) {
      composed[i] = from(from[i]);
    }
    boolean ordered = IntStream.range(0, composed.length).allMatch(i -> composed[i] == i);
    return new View(id, other, ordered ? null : composed);
  }
}
