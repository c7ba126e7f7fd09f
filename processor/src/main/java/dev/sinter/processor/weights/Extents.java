package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.List;

/** A shape as a file states it, one literal after the other. */
final class Extents {
  /** What every extent is, for complaints. */
  static final String RULE = "extents are integers from 0 to 2147483647, at most 64 of them.";

  /** NumPy and PyTorch have no more axes. */
  private static final int MOST = 64;

  private final List<Integer> extents = new ArrayList<>();

  /** Adds an extent, unless it breaks the {@link #RULE}. */
  boolean add(String literal) {
    if (extents.size() == MOST || !literal.matches("[0-9]{1,10}")) {
      return false;
    }
    long extent = Long.parseLong(literal);
    return extent <= Integer.MAX_VALUE && extents.add((int) extent);
  }

  Shape shape() {
    return new Shape(extents);
  }
}
