package dev.sinter.vector;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

/** How the lines of a map are cut into parts. */
final class BandsTest {
  @Test
  void bandsFollowEachOtherCoverAllAndAreAlike() {
    for (int lines : new int[] {1, 2, 3, 5, 7, 8, 13, 14, 28, 56, 113, 224}) {
      for (int most : new int[] {-1, 0, 1, 2, 3, 4, 7, 8, 100}) {
        Bands bands = Bands.atMost(most, lines);
        assertThat(bands.count()).isAtMost(Math.max(1, Math.min(most, lines)));
        assertThat(Integer.bitCount(bands.count())).isEqualTo(1);
        int next = 0;
        for (int band = 0; band < bands.count(); band++) {
          assertThat(bands.from(band)).isEqualTo(next);
          assertThat(bands.lines(band)).isAtLeast(1);
          assertThat(bands.lines(band)).isAtMost(bands.most());
          assertThat(bands.lines(band)).isAtLeast(bands.most() - 1);
          next += bands.lines(band);
        }
        assertThat(next).isEqualTo(lines);
      }
    }
  }

  /** As many bands as have enough work, at most eight, a power of two. */
  @Test
  void bandsHaveTheirWork() {
    assertThat(Bands.of(56, 0, 100).count()).isEqualTo(1);
    assertThat(Bands.of(56, 199, 100).count()).isEqualTo(1);
    assertThat(Bands.of(56, 399, 100).count()).isEqualTo(2);
    assertThat(Bands.of(56, Long.MAX_VALUE, 100).count()).isEqualTo(8);
    assertThat(Bands.of(7, Long.MAX_VALUE, 100).count()).isEqualTo(4);
    assertThat(Bands.of(1, Long.MAX_VALUE, 100).count()).isEqualTo(1);
  }
}
