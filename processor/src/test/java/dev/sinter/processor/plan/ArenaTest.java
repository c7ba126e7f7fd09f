package dev.sinter.processor.plan;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ArenaTest {
  private final Random random = new Random(8);

  @Test
  void blocksThatAreAliveTogetherLieApart() {
    for (int round = 0; round < 300; round++) {
      List<Arena.Block> blocks = new ArrayList<>();
      for (int count = random.nextInt(40); count > 0; count--) {
        int from = random.nextInt(50) - 1;
        blocks.add(new Arena.Block(random.nextInt(1000), from, from + random.nextInt(10)));
      }
      Arena arena = Arena.of(blocks);
      assertThat(arena.size()).isAtLeast(Arena.lowerBound(blocks));
      for (int i = 0; i < blocks.size(); i++) {
        assertThat(arena.offset(i) % Arena.ALIGNMENT).isEqualTo(0);
        assertThat(arena.offset(i) + blocks.get(i).size()).isAtMost(arena.size());
        for (int k = 0; k < i; k++) {
          assertWithMessage("%s and %s", blocks.get(i), blocks.get(k))
              .that(together(blocks.get(i), blocks.get(k)) && overlap(arena, blocks, i, k))
              .isFalse();
        }
      }
    }
  }

  /** Placed by size, 16 would lie on 48 and keep one of the two of 32 above both. */
  @Test
  void placesInTheOrderThatLeavesNoGap() {
    List<Arena.Block> chain =
        List.of(
            new Arena.Block(48, 0, 1),
            new Arena.Block(16, 1, 2),
            new Arena.Block(32, 2, 3),
            new Arena.Block(32, 3, 4),
            new Arena.Block(16, 4, 5),
            new Arena.Block(48, 5, 6));
    assertThat(Arena.lowerBound(chain)).isEqualTo(64);
    assertThat(Arena.of(chain).size()).isEqualTo(64);
  }

  private static boolean together(Arena.Block a, Arena.Block b) {
    return a.from() <= b.to() && b.from() <= a.to();
  }

  private static boolean overlap(Arena arena, List<Arena.Block> blocks, int i, int k) {
    return arena.offset(i) < arena.offset(k) + blocks.get(k).size()
        && arena.offset(k) < arena.offset(i) + blocks.get(i).size();
  }
}
