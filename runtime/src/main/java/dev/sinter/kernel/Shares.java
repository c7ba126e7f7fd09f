package dev.sinter.kernel;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The parts of a step that no member of a {@link Team} has taken yet. Each member has a share of
 * consecutive ones, the same in every step with as many parts: neighbouring parts of one step read
 * what neighbouring parts of the last one wrote, which then is in that member's cache. Who has
 * finished takes from the others' far ends.
 */
final class Shares {
  private static final int GAP = 16; // longs, so that no two members write to one cache line

  private final int members;
  private final AtomicLongArray ranges; // from the high half to the low half, exclusive

  Shares(int members) {
    this.members = members;
    ranges = new AtomicLongArray((members + 1) * GAP);
  }

  /** Deals the parts of a step; those of the last one must have been taken. */
  void deal(int parts) {
    for (int member = 0; member < members; member++) {
      long from = (long) member * parts / members;
      long to = (member + 1L) * parts / members;
      ranges.set(at(member), from << 32 | to);
    }
  }

  /** Takes a part for a member: −1 if none is left. */
  int take(int member) {
    int at = at(member);
    for (long range; (range = ranges.get(at)) >> 32 < (int) range; ) {
      if (ranges.compareAndSet(at, range, range + (1L << 32))) {
        return (int) (range >> 32);
      }
    }
    for (int k = 1; k < members; k++) {
      int other = at((member + k) % members);
      for (long range; (range = ranges.get(other)) >> 32 < (int) range; ) {
        if (ranges.compareAndSet(other, range, range - 1)) {
          return (int) range - 1;
        }
      }
    }
    return -1;
  }

  private static int at(int member) {
    return (member + 1) * GAP;
  }
}
