package dev.sinter.processor.layer;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the elements of a value were before it was a vector: maps that were flattened, one behind
 * the other. It tells where another order of flattening would have put each of them.
 *
 * @param maps each [C, H, W], [C, L] or [C]; for a value that is no vector, the value itself
 */
record Features(List<Shape> maps) {

  /** The features of a value that was never anything else. */
  static Features of(Shape shape) {
    return new Features(List.of(shape));
  }

  /**
   * The features of what an operator makes.
   *
   * @param read the features of what it reads
   * @return nothing if it takes elements by their place, and in another order of flattening would
   *     take others
   */
  static Optional<Features> of(Op op, Shape result, List<Features> read) {
    Features own = of(result);
    if (op instanceof Op.Flatten || op instanceof Op.Reshape) {
      Features same = read.get(0);
      return result.rank() == 1 ? Optional.of(same) : Optional.of(own).filter(same::isOrderedAs);
    }
    if (result.rank() > 1 || op instanceof Op.Linear) {
      return Optional.of(own);
    }
    if (op instanceof Op.Concat) {
      return Optional.of(new Features(read.stream().flatMap(f -> f.maps.stream()).toList()));
    }
    if (isElementwise(op)) {
      return Optional.of(read.get(0)).filter(first -> read.stream().allMatch(first::isOrderedAs));
    }
    return read.stream().allMatch(f -> f.isOrderedAs(of(Shape.of(f.size()))))
        ? Optional.of(own)
        : Optional.empty();
  }

  private static boolean isElementwise(Op op) {
    return op instanceof Op.ChannelAffine
        || op instanceof Op.Activate
        || op instanceof Op.Add
        || op instanceof Op.Multiply
        || op instanceof Op.Softmax
        || op instanceof Op.Identity;
  }

  private int size() {
    return maps.stream().mapToInt(map -> (int) map.size()).sum();
  }

  private boolean isOrderedAs(Features other) {
    return IntStream.range(0, size()).allMatch(i -> channelsLast(i) == other.channelsLast(i));
  }

  /** Where an element would stand if the channels had run fastest in each map. */
  int channelsLast(int element) {
    int start = 0;
    for (Shape map : maps) {
      int size = (int) map.size();
      if (element < start + size) {
        int plane = (int) map.plane();
        int inside = element - start;
        return start + inside % plane * map.channels() + inside / plane;
      }
      start += size;
    }
    throw new IllegalArgumentException("no element " + element);
  }
}
