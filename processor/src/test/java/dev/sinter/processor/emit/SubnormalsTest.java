package dev.sinter.processor.emit;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import org.junit.jupiter.api.Test;

final class SubnormalsTest {
  @Test
  void areTakenOutOfRowsWithLargeWeights() {
    Tensor weights = Tensor.of(Shape.of(2, 3), 1, 0x1p-127, -0x1p-126, -0x1p-149, 0.5, 0x1p-140);
    assertThat(Subnormals.flushed(weights).toDoubles())
        .isEqualTo(new double[] {1, 0, -0x1p-126, 0, 0.5, 0});
  }

  @Test
  void stayWhereAllWeightsAreSmall() {
    Tensor weights = Tensor.of(Shape.of(2, 2), 0x1p-127, -0x1.fp-102, 0x1p-127, -0x1p-101);
    assertThat(Subnormals.flushed(weights).toDoubles())
        .isEqualTo(new double[] {0x1p-127, -0x1.fp-102, 0, -0x1p-101});
  }

  @Test
  void otherWeightsAreNotCopied() {
    Tensor weights = Tensor.of(Shape.of(1, 2), 1, 0);
    assertThat(Subnormals.flushed(weights)).isSameInstanceAs(weights);
  }

  @Test
  void whatRoundsToTheSmallestNormalNumberIsNone() {
    Tensor weights = Tensor.of(Shape.of(1, 2), 1, Math.nextDown(0x1p-126));
    assertThat(Subnormals.flushed(weights)).isSameInstanceAs(weights);
  }
}
