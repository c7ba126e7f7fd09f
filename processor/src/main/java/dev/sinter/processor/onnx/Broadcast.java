package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.List;

/** ONNX's broadcasting, which is NumPy's: axes are matched from the last on, and 1 stretches. */
final class Broadcast {
  /** What only computes shapes is small, and a file must not make us compute more. */
  static final long LARGEST = 1 << 26;

  private Broadcast() {}

  /** The shape that two operands have together. */
  static Shape shape(Shape a, Shape b) throws Refusal {
    int rank = Math.max(a.rank(), b.rank());
    List<Integer> extents = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      int left = extent(a, axis - rank + a.rank());
      int right = extent(b, axis - rank + b.rank());
      if (left != right && left != 1 && right != 1) {
        throw new Refusal("reads values of the shapes " + a + " and " + b + ", which do not match");
      }
      extents.add(left == 1 ? right : left);
    }
    return limited(new Shape(extents));
  }

  static Shape limited(Shape shape) throws Refusal {
    if (shape.size() > LARGEST) {
      throw new Refusal("makes a value of shape " + shape + ", which is too large");
    }
    return shape;
  }

  private static int extent(Shape shape, int axis) {
    return axis < 0 ? 1 : shape.extent(axis);
  }

  /**
   * Where the element of an operand stands that is read for an element of the result.
   *
   * @param element its index in the result
   */
  static int index(int element, Shape result, Shape operand) {
    int rest = element;
    int index = 0;
    int stride = 1;
    for (int back = 1; back <= operand.rank(); back++) {
      int extent = result.extent(result.rank() - back);
      int own = operand.extent(operand.rank() - back);
      index += (own == 1 ? 0 : rest % extent) * stride;
      stride *= own;
      rest /= extent;
    }
    return index;
  }
}
