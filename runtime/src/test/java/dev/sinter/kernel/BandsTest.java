package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.Test;

/** How lines or positions are cut into parts. */
final class BandsTest {
  @Test
  void bandsFollowEachOtherAndCoverAll() {
    for (int all : new int[] {1, 2, 3, 7, 16, 17, 224, 50_176}) {
      for (long work : new long[] {1, 3, 100, 5_461, 5_462, 16_384, 1L << 40}) {
        Bands bands = new Bands(all, work);
        assertThat(bands.parts()).isAtLeast(1);
        assertThat(bands.from(0)).isEqualTo(0);
        for (int part = 0; part < bands.parts(); part++) {
          assertThat(bands.to(part)).isGreaterThan(bands.from(part));
          if (part > 0) {
            assertThat(bands.from(part)).isEqualTo(bands.to(part - 1));
            assertThat(bands.to(part) - bands.from(part)).isAtMost(bands.to(0));
          }
        }
        assertThat(bands.to(bands.parts() - 1)).isEqualTo(all);
      }
    }
  }

  /** 16,384 elements of work are a part, or one line where that is more. */
  @Test
  void bandsHaveTheirWork() {
    assertThat(new Bands(10_000, 100).to(0)).isEqualTo(163);
    assertThat(new Bands(10, 20_000).parts()).isEqualTo(10);
    assertThat(new Bands(10, 1).parts()).isEqualTo(1);
  }
}
