package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who takes which part of a step. */
@Timeout(60)
final class SharesTest {
  /** Members in any order take all parts, each once: none, fewer than there are members, more. */
  @Test
  void eachPartIsTakenOnce() {
    Random random = new Random(1);
    for (int members = 1; members <= 9; members++) {
      Shares shares = new Shares(members);
      for (int parts : new int[] {0, 1, 2, 3, 7, 8, 9, 64, 1000}) {
        shares.deal(parts);
        int[] taken = new int[parts];
        for (int k = 0; k < parts; k++) {
          taken[shares.take(random.nextInt(members))]++;
        }
        for (int part = 0; part < parts; part++) {
          assertWithMessage("part %s of %s for %s", part, parts, members)
              .that(taken[part])
              .isEqualTo(1);
        }
        for (int member = 0; member < members; member++) {
          assertThat(shares.take(member)).isEqualTo(-1);
        }
      }
    }
  }

  /** A member's own parts come first, in order, and are as many as another's but for one. */
  @Test
  void sharesAreAlikeAndConsecutive() {
    for (int members = 1; members <= 5; members++) {
      Shares shares = new Shares(members);
      for (int parts = members; parts < 23; parts++) {
        int next = 0;
        for (int member = 0; member < members; member++) {
          shares.deal(parts);
          int end = member + 1 == members ? parts : firstOf(members, parts, member + 1);
          assertThat(end - next).isAnyOf(parts / members, parts / members + 1);
          for (; next < end; next++) {
            assertThat(shares.take(member)).isEqualTo(next);
          }
        }
      }
    }
  }

  private static int firstOf(int members, int parts, int member) {
    Shares shares = new Shares(members);
    shares.deal(parts);
    return shares.take(member);
  }

  /** Who has finished takes from the far end of the others' shares. */
  @Test
  void finishedMembersTakeFromTheFarEnd() {
    Shares shares = new Shares(2);
    shares.deal(6);
    assertThat(take(shares, 0, 4)).containsExactly(0, 1, 2, 5).inOrder();
    assertThat(take(shares, 1, 2)).containsExactly(3, 4).inOrder();
  }

  private static List<Integer> take(Shares shares, int member, int count) {
    List<Integer> taken = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      taken.add(shares.take(member));
    }
    return taken;
  }

  @Test
  void eachPartIsTakenOnceByThreadsToo() throws Exception {
    int members = 4;
    int parts = 50_000;
    ExecutorService pool = Executors.newFixedThreadPool(members);
    try {
      for (int round = 0; round < 20; round++) {
        Shares shares = new Shares(members);
        shares.deal(parts);
        AtomicIntegerArray taken = new AtomicIntegerArray(parts);
        List<Future<?>> all = new ArrayList<>();
        for (int k = 0; k < members; k++) {
          int member = k;
          all.add(
              pool.submit(
                  () -> {
                    for (int part; (part = shares.take(member)) >= 0; ) {
                      taken.incrementAndGet(part);
                    }
                  }));
        }
        for (Future<?> one : all) {
          one.get();
        }
        for (int part = 0; part < parts; part++) {
          assertThat(taken.get(part)).isEqualTo(1);
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
