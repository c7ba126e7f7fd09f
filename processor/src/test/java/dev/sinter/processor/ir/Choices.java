package dev.sinter.processor.ir;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/** What a random graph's decisions come from: chance, or numbers that can be kept and shrunk. */
abstract class Choices {

  /** One of 0 to {@code bound} − 1. */
  abstract int nextInt(int bound);

  boolean nextBoolean() {
    return nextInt(2) == 1;
  }

  /** With the largest number only, so that the smallest choose no such thing. */
  boolean oneIn(int n) {
    return nextInt(n) == n - 1;
  }

  static Choices of(Random random) {
    return new Choices() {
      @Override
      int nextInt(int bound) {
        return random.nextInt(bound);
      }
    };
  }

  /**
   * Lists of numbers. The first of a list seeds the constants that are made until the next list is
   * begun, so that they do not depend on the lists before. The others are the choices, in turn, and
   * then 0.
   */
  static final class Numbers extends Choices {
    private final Iterator<List<Integer>> lists;
    private final Random constants = new Random();
    private Iterator<Integer> numbers = Collections.emptyIterator();

    Numbers(List<List<Integer>> lists) {
      this.lists = lists.iterator();
    }

    boolean hasNext() {
      return lists.hasNext();
    }

    /** Makes the constants. */
    Random constants() {
      return constants;
    }

    /** Begins the next list, if there is one. */
    void proceed() {
      numbers = lists.hasNext() ? lists.next().iterator() : Collections.emptyIterator();
      constants.setSeed(numbers.hasNext() ? numbers.next() : 0);
    }

    @Override
    int nextInt(int bound) {
      return numbers.hasNext() ? Math.floorMod(numbers.next(), bound) : 0;
    }
  }
}
