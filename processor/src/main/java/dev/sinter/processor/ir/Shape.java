package dev.sinter.processor.ir;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The extents of a value or a tensor, the last axis running fastest. Values are [C, H, W], [C, L]
 * or [C]; read as maps, a sequence has one row and a vector one row and one column.
 *
 * @param extents each at least 0
 */
public record Shape(List<Integer> extents) {
  public Shape {
    extents = List.copyOf(extents);
    for (int extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException("negative extent in " + extents);
      }
    }
  }

  public static Shape of(int... extents) {
    return new Shape(Arrays.stream(extents).boxed().collect(Collectors.toList()));
  }

  public int rank() {
    return extents.size();
  }

  public int extent(int axis) {
    return extents.get(axis);
  }

  public int channels() {
    return extents.get(0);
  }

  /** Rows of the map: H, or 1 for sequences and vectors. */
  public int height() {
    return rank() == 3 ? extents.get(1) : 1;
  }

  /** Columns of the map: W, L, or 1 for vectors. */
  public int width() {
    return rank() == 1 ? 1 : extents.get(rank() - 1);
  }

  /** Elements of one channel. */
  public long plane() {
    return (long) height() * width();
  }

  /** All elements; saturates at {@link Long#MAX_VALUE}. */
  public long size() {
    long size = 1;
    // Loops ask for it at every step, so it makes no iterator.
    for (int axis = 0; axis < rank(); axis++) {
      int extent = extent(axis);
      if (extent == 0) {
        return 0;
      }
      size = size > Long.MAX_VALUE / extent ? Long.MAX_VALUE : size * extent;
    }
    return size;
  }

  /** A map of the same rank with other extents: what a window makes of this shape. */
  public Shape withMap(int channels, int height, int width) {
    return switch (rank()) {
      case 3 -> of(channels, height, width);
      case 2 -> of(channels, width);
      default -> of(channels);
    };
  }

  /** As users read it: {@code [1, 28, 28]}. */
  @Override
  public String toString() {
    return extents.toString();
  }
}
