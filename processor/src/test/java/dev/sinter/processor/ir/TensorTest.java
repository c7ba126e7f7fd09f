package dev.sinter.processor.ir;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TensorTest {
  @Test
  void rowsAreScaledEachByItsFactor() {
    Tensor tensor = Tensor.of(Shape.of(2, 1, 3), 1, 2, 3, 4, 5, 6);
    Tensor scaled = tensor.scaledRows(Tensor.vector(10, -1));
    assertThat(scaled.shape()).isEqualTo(tensor.shape());
    assertThat(scaled.toDoubles()).isEqualTo(new double[] {10, 20, 30, -4, -5, -6});
    assertThat(tensor.toDoubles()).isEqualTo(new double[] {1, 2, 3, 4, 5, 6});
  }

  /** A third in float, a third in double and their product, which is rounded only at the end. */
  @Test
  void productsAreDoubles() {
    Tensor third = Tensor.of(Shape.of(1), new float[] {1 / 3f});
    assertThat(third.get(0)).isEqualTo((double) (1 / 3f));
    Tensor product = third.scaledRows(Tensor.vector(1 / 3.0));
    assertThat(product.get(0)).isEqualTo((1 / 3f) * (1 / 3.0));
    assertThat(product.toFloats()).isEqualTo(new float[] {(float) ((1 / 3f) * (1 / 3.0))});
    assertThat(product.rounded().get(0)).isEqualTo((double) (float) product.get(0));
  }

  @Test
  void computedOnceThenKept() {
    AtomicInteger calls = new AtomicInteger();
    Tensor tensor = Tensor.computed(Shape.of(3), i -> calls.incrementAndGet());
    assertThat(tensor.toDoubles()).isEqualTo(new double[] {1, 2, 3});
    assertThat(tensor.toDoubles()).isEqualTo(new double[] {1, 2, 3});
  }

  @Test
  void shapeAndLengthAgree() {
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(Shape.of(2, 2), 1, 2, 3));
    Tensor six = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    assertThat(six.reshaped(Shape.of(6)).toDoubles()).isEqualTo(six.toDoubles());
    assertThrows(IllegalArgumentException.class, () -> six.reshaped(Shape.of(5)));
    assertThat(Tensor.filled(2, 7).toDoubles()).isEqualTo(new double[] {7, 7});
    assertThat(Tensor.of(Shape.of(0, 4)).size()).isEqualTo(0);
  }

  @Test
  void sizesOfShapesDoNotWrapAround() {
    assertThat(Shape.of(3, 4, 5).size()).isEqualTo(60);
    assertThat(Shape.of(1 << 20, 1 << 20).size()).isEqualTo(1L << 40);
    assertThat(Shape.of(1 << 30, 1 << 30, 1 << 30).size()).isEqualTo(Long.MAX_VALUE);
    assertThat(Shape.of(1 << 30, 1 << 30, 1 << 30, 0).size()).isEqualTo(0);
    assertThrows(IllegalArgumentException.class, () -> Shape.of(3, -1));
  }
}
