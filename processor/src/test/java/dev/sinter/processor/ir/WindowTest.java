package dev.sinter.processor.ir;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.processor.ir.Window.Axis;
import dev.sinter.processor.ir.Window.Padding;
import dev.sinter.processor.ir.Window.Pair;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;

final class WindowTest {
  private static final Pair ONE = new Pair(1, 1);

  /** ⌊(extent + before + after − dilation·(kernel − 1) − 1) / stride⌋ + 1, by moving the window. */
  @Test
  void outputsAreThePlacesWhereTheWindowFits() {
    everyAxis(
        (axis, extent) -> {
          int fits = 0;
          while (fits * axis.stride() + last(axis) < padded(axis, extent)) {
            fits++;
          }
          assertWithMessage("%s on %s", axis, extent)
              .that(Math.max(0, axis.outputs(extent, false)))
              .isEqualTo(fits);
        });
  }

  /** The window moves until it has come to the end, but must begin before the padding there. */
  @Test
  void ceilCountsALastPartialWindow() {
    everyAxis(
        (axis, extent) -> {
          int needed = 1;
          while ((needed - 1) * axis.stride() + last(axis) < padded(axis, extent) - 1) {
            needed++;
          }
          if (needed > 1 && (needed - 1) * axis.stride() >= extent + axis.before()) {
            needed--;
          }
          if (last(axis) < padded(axis, extent)) {
            assertWithMessage("%s on %s", axis, extent)
                .that(axis.outputs(extent, true))
                .isEqualTo(needed);
          }
        });
  }

  /** PyTorch's pooling_output_shape, word by word: where the window is larger than the map too. */
  @Test
  void ceilIsPyTorchs() {
    everyAxis(
        (axis, extent) -> {
          int numerator = extent + axis.before() + axis.after() - last(axis) - 1;
          int outputs = Math.floorDiv(numerator + axis.stride() - 1, axis.stride()) + 1;
          if ((outputs - 1) * axis.stride() >= extent + axis.before()) {
            outputs--;
          }
          assertWithMessage("%s on %s", axis, extent)
              .that(axis.outputs(extent, true))
              .isEqualTo(outputs);
        });
  }

  @Test
  void knownLayersHaveTheirKnownSizes() {
    assertThat(new Axis(7, 2, 1, 3, 3).outputs(224, false)).isEqualTo(112); // ResNet's first
    assertThat(new Axis(3, 2, 1, 1, 1).outputs(112, false)).isEqualTo(56);
    assertThat(new Axis(3, 2, 1, 0, 0).outputs(112, true)).isEqualTo(56); // SqueezeNet
    assertThat(new Axis(3, 1, 12, 12, 12).outputs(33, false)).isEqualTo(33); // DeepLab
    assertThat(new Axis(3, 1, 1, 0, 0).outputs(2, false)).isEqualTo(0);
  }

  /** In 32 bits 24 outputs would be left of the padding, and a reach of 1 of the dilation. */
  @Test
  void hugeNumbersDoNotWrapAround() {
    int most = Integer.MAX_VALUE;
    assertThat(new Axis(3, 1, 1, most, most).outputs(28, false)).isEqualTo(most);
    assertThat(new Axis(5, 1, 1 << 30, 0, 0).reach()).isEqualTo(most);
    assertThat(new Axis(5, 1, 1 << 30, 0, 0).outputs(28, false)).isEqualTo(0);
  }

  @Test
  void shapeIsThatOfRowsAndColumns() {
    Window window =
        new Window(new Pair(3, 1), new Pair(2, 1), new Pair(1, 1), new Padding(1, 0, 0, 2));
    assertThat(window.over(Shape.of(5, 8, 4), 7, false)).isEqualTo(Shape.of(7, 4, 6));
    assertThat(square(3).over(Shape.of(5, 8, 8), 5, false)).isEqualTo(Shape.of(5, 6, 6));
    Window row = new Window(new Pair(1, 4), ONE, ONE, Padding.NONE);
    assertThat(row.over(Shape.of(5, 8), 7, false)).isEqualTo(Shape.of(7, 5));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertRefused(square(2), Shape.of(5), "needs a map [C, H, W] or a sequence");
    assertRefused(square(2), Shape.of(5, 8), "is 2-D; the input is the sequence [5, 8]");
    assertRefused(square(9), Shape.of(5, 8, 9), "window of 9 × 9, which does not fit the input");
    assertThrows(IllegalArgumentException.class, () -> new Pair(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Padding(0, 0, -1, 0));
  }

  private static void assertRefused(Window window, Shape input, String reason) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> window.over(input, 1, false));
    assertThat(refused).hasMessageThat().contains(reason);
  }

  private static Window square(int size) {
    return new Window(new Pair(size, size), ONE, ONE, Padding.NONE);
  }

  private static void everyAxis(ObjIntConsumer<Axis> test) {
    for (int kernel = 1; kernel <= 4; kernel++) {
      for (int stride = 1; stride <= 4; stride++) {
        for (int dilation : List.of(1, 2, 3)) {
          for (int before = 0; before <= 3; before++) {
            for (int after = 0; after <= 3; after++) {
              for (int extent = 1; extent <= 12; extent++) {
                test.accept(new Axis(kernel, stride, dilation, before, after), extent);
              }
            }
          }
        }
      }
    }
  }

  /** Where the last tap is if the first is at 0. */
  private static int last(Axis axis) {
    return (axis.kernel() - 1) * axis.dilation();
  }

  private static int padded(Axis axis, int extent) {
    return axis.before() + extent + axis.after();
  }
}
