package dev.sinter.processor.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Places blocks of memory with known lifetimes in one array, so that those alive at the same time
 * do not overlap: one block after the other, each at the lowest offset where it fits; the largest
 * first, or those that live longest, or that are there first, whatever comes out smallest. Source:
 * Y. Pisarchyk, J. Lee, <i>Efficient Memory Management for Deep Neural Net Inference</i>, arXiv
 * 2001.03288, greedy by size.
 *
 * <p>Where such an order leaves a gap, the block that reaches highest is placed before all others
 * in the next attempt. Source: D. Joslin, D. Clements, <i>Squeaky Wheel Optimization</i>, JAIR 10
 * (1999).
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

  private static final Comparator<Block> LARGEST = Comparator.comparingLong(b -> -b.size());
  private static final Comparator<Block> LONGEST =
      Comparator.comparingInt(block -> block.from() - block.to());
  private static final Comparator<Block> EARLIEST = Comparator.comparingInt(Block::from);

  private static final List<Comparator<Block>> ORDERS =
      List.of(LARGEST, LONGEST.thenComparing(LARGEST), EARLIEST.thenComparing(LARGEST));

  /** Each costs at most the square of the number of blocks. */
  private static final int REPAIRS = 20;

  private final long[] offsets;
  private final long size;

  /** The best placement found; the first one that reaches the lower bound. */
  static Arena of(List<Block> blocks) {
    long bound = lowerBound(blocks);
    Arena best = null;
    for (Comparator<Block> first : ORDERS) {
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < blocks.size(); i++) {
        order.add(i);
      }
      order.sort(Comparator.comparing(blocks::get, first));
      for (int repairs = 0; repairs <= REPAIRS; repairs++) {
        Arena arena = new Arena(blocks, order);
        if (best == null || arena.size < best.size) {
          best = arena;
        }
        if (best.size == bound) {
          return best;
        }
        Integer highest = arena.highest(blocks);
        order.remove(highest);
        order.add(0, highest);
      }
    }
    return Objects.requireNonNull(best);
  }

  /** The first of the blocks that end where the arena does. */
  private int highest(List<Block> blocks) {
    return IntStream.range(0, offsets.length)
        .filter(i -> offsets[i] + blocks.get(i).aligned() == size)
        .findFirst()
        .orElseThrow();
  }

  /** The order in which to place a list of blocks: their indices. */
  private Arena(List<Block> blocks, List<Integer> order) {
    offsets = new long[blocks.size()];
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
