package dev.sinter.processor.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Places blocks of memory with known lifetimes in one array, so that those alive at the same time
 * do not overlap: the largest block first, each at the lowest offset where it fits. Source: Y.
 * Pisarchyk, J. Lee, <i>Efficient Memory Management for Deep Neural Net Inference</i>, arXiv
 * 2001.03288, greedy by size.
 */
final class Arena {
  /** Floats between possible offsets: a cache line, the width of the widest vector. */
  static final int ALIGNMENT = 16;

  /**
   * A block and its lifetime.
   *
   * @param size in floats
   * @param from the first step at which it is alive
   * @param to the last step at which it is alive
   */
  record Block(long size, int from, int to) {
    private boolean meets(Block other) {
      return from <= other.to && other.from <= to;
    }

    private long aligned() {
      return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
  }

  private record Placed(Block block, long offset) {
    long end() {
      return offset + block.aligned();
    }
  }

  private final long[] offsets;
  private final long size;

  Arena(List<Block> blocks) {
    offsets = new long[blocks.size()];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing((Integer i) -> -blocks.get(i).size()).thenComparing(i -> i));
    List<Placed> placed = new ArrayList<>();
    for (int i : order) {
      offsets[i] = lowest(blocks.get(i), placed);
      placed.add(new Placed(blocks.get(i), offsets[i]));
      placed.sort(Comparator.comparingLong(Placed::offset));
    }
    size = placed.stream().mapToLong(Placed::end).max().orElse(0);
  }

  long offset(int block) {
    return offsets[block];
  }

  /** Floats in all. */
  long size() {
    return size;
  }

  /** What no placement can do without: the largest sum of sizes alive at one step. */
  static long lowerBound(List<Block> blocks) {
    TreeMap<Integer, Long> changes = new TreeMap<>();
    for (Block block : blocks) {
      changes.merge(block.from(), block.aligned(), Long::sum);
      changes.merge(block.to() + 1, -block.aligned(), Long::sum);
    }
    long alive = 0;
    long most = 0;
    for (long change : changes.values()) {
      alive += change;
      most = Math.max(most, alive);
    }
    return most;
  }

  private static long lowest(Block block, List<Placed> byOffset) {
    long offset = 0;
    for (Placed other : byOffset) {
      if (other.block().meets(block)) {
        if (offset + block.aligned() <= other.offset()) {
          return offset;
        }
        offset = Math.max(offset, other.end());
      }
    }
    return offset;
  }
}
