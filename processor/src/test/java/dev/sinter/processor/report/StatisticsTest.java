package dev.sinter.processor.report;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.processor.ir.Tensor;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void ofFourValues() {
    Statistics is = Statistics.of(Tensor.vector(-1, 0, 2, 3));
    assertThat(is.least()).isEqualTo(-1);
    assertThat(is.greatest()).isEqualTo(3);
    assertThat(is.mean()).isEqualTo(1);
    assertThat(is.deviation()).isWithin(1e-15).of(Math.sqrt(2.5));
    assertThat(is.counts().get(0)).isEqualTo(1);
    assertThat(is.counts().get(10)).isEqualTo(1);
    assertThat(is.counts().get(30)).isEqualTo(1);
    assertThat(is.counts().get(39)).isEqualTo(1);
  }

  @Test
  void ofEqualValues() {
    Statistics is = Statistics.of(Tensor.filled(7, 0.5));
    assertThat(is.deviation()).isEqualTo(0);
    assertThat(is.counts().get(0)).isEqualTo(7);
    assertThat(is.counts().stream().mapToInt(count -> count).sum()).isEqualTo(7);
  }
}
