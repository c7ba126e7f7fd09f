package dev.sinter.processor.report;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayeredTest {
  @Test
  void chainIsStraight() {
    Layered layout = Layered.of(3, List.of(edge(0, 1), edge(1, 2)));
    for (int box = 0; box < 3; box++) {
      assertThat(layout.box(box).row()).isEqualTo(box);
      assertThat(layout.box(box).x()).isWithin(1e-6).of(0);
    }
  }

  /** 0, 1, 2 down to a fork of 3 and 4, one longer than the other, and from its end 6, 7. */
  @Test
  void chainsBeforeAndBehindAForkAreStraight() {
    Layered layout =
        Layered.of(
            8,
            List.of(
                edge(0, 1),
                edge(1, 2),
                edge(2, 3),
                edge(2, 4),
                edge(4, 5),
                edge(3, 6),
                edge(5, 6),
                edge(6, 7)));
    assertThat(layout.box(0).x()).isEqualTo(layout.box(2).x());
    assertThat(layout.box(1).x()).isEqualTo(layout.box(2).x());
    assertThat(layout.box(7).x()).isEqualTo(layout.box(6).x());
    assertThat(layout.box(3).x()).isNotEqualTo(layout.box(4).x());
  }

  @Test
  void shortcutPassesBesideTheBoxesThatItPasses() {
    Layered layout = Layered.of(4, List.of(edge(0, 1), edge(1, 2), edge(2, 3), edge(0, 3)));
    List<Layered.Point> way = layout.way(3);
    assertThat(way).hasSize(4);
    for (int row = 1; row <= 2; row++) {
      // Half a box and half a bend.
      assertThat(Math.abs(way.get(row).x() - layout.box(row).x())).isAtLeast(125.0);
    }
    assertWithMessage("nearly straight").that(way.get(1).x()).isWithin(10).of(way.get(2).x());
  }

  @Test
  void twoBranchesDoNotCross() {
    // 0 to 1 and 2; 1 to 4, 2 to 3: numbered so that the order of numbers would cross.
    Layered layout = Layered.of(5, List.of(edge(0, 1), edge(0, 2), edge(1, 4), edge(2, 3)));
    assertThat(layout.box(1).x() < layout.box(2).x())
        .isEqualTo(layout.box(4).x() < layout.box(3).x());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 60})
  void everyEdgeGoesDownAndNothingOverlaps(int boxes) {
    Random random = new Random(boxes);
    List<int[]> edges = new ArrayList<>();
    for (int box = 1; box < boxes; box++) {
      edges.add(edge(random.nextInt(box), box));
      if (box > 2 && random.nextInt(3) == 0) {
        edges.add(edge(random.nextInt(box - 1), box));
      }
    }
    Layered layout = Layered.of(boxes, edges);
    for (int[] edge : edges) {
      assertThat(layout.box(edge[1]).row()).isGreaterThan(layout.box(edge[0]).row());
    }
    for (int a = 0; a < boxes; a++) {
      assertThat(layout.box(a).x()).isAtLeast(0.0);
      assertThat(layout.box(a).x()).isAtMost(layout.span());
      for (int b = 0; b < a; b++) {
        if (layout.box(a).row() == layout.box(b).row()) {
          assertThat(Math.abs(layout.box(a).x() - layout.box(b).x())).isAtLeast(249.99);
        }
      }
    }
  }

  private static int[] edge(int from, int to) {
    return new int[] {from, to};
  }
}
