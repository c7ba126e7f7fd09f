package dev.sinter.processor.layer;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.List;
import java.util.Optional;

/**
 * What the elements of a value were before it was a vector: the map that was flattened, or the
 * value itself. It tells where another order of flattening would have put each of them.
 *
 * @param map [C, H, W], [C, L] or [C]
 */
record Features(Shape map) {

  /**
   * The features of a value.
   *
   * @param op what makes it
   * @param read the features of what that reads
   * @return nothing if there are none: in another order of flattening, other elements would meet
   */
  static Optional<Features> of(Op op, Shape result, List<Features> read) {
    Features own = new Features(result);
    if (result.rank() > 1 || op instanceof Op.Linear) {
      return Optional.of(own);
    }
    if (op instanceof Op.Flatten || isElementwise(op)) {
      return read.stream().allMatch(read.get(0)::equals)
          ? Optional.of(read.get(0))
          : Optional.empty();
    }
    return read.stream().anyMatch(Features::isOrdered) ? Optional.empty() : Optional.of(own);
  }

  private static boolean isElementwise(Op op) {
    return op instanceof Op.ChannelAffine
        || op instanceof Op.Activate
        || op instanceof Op.Add
        || op instanceof Op.Softmax
        || op instanceof Op.Identity;
  }

  /** Whether there is more than one order to flatten it. */
  private boolean isOrdered() {
    return map.channels() > 1 && map.plane() > 1;
  }

  /** Where an element would stand if the channels had run fastest. */
  int channelsLast(int element) {
    int plane = (int) map.plane();
    return element % plane * map.channels() + element / plane;
  }
}
