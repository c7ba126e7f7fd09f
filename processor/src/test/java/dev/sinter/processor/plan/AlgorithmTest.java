package dev.sinter.processor.plan;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AlgorithmTest {
  private static final Window.Padding PADDING = new Window.Padding(1, 1, 1, 1);

  @Test
  void largeMapsTakeLargeTiles() {
    check(Algorithm.WINOGRAD_4, 64, 64, 56);
    check(Algorithm.WINOGRAD_4, 128, 128, 28);
    check(Algorithm.WINOGRAD_2, 128, 128, 27);
    check(Algorithm.WINOGRAD_2, 256, 256, 14);
    check(Algorithm.DIRECT, 256, 256, 13);
    check(Algorithm.DIRECT, 512, 512, 7);
  }

  @Test
  void smallMapsOfWholeTilesDoIfTheFiltersStayInTheCache() {
    check(Algorithm.WINOGRAD_4, 64, 64, 8);
    check(Algorithm.WINOGRAD_4, 32, 32, 16);
    check(Algorithm.DIRECT, 128, 128, 8);
    check(Algorithm.DIRECT, 64, 64, 4);
    check(Algorithm.DIRECT, 64, 64, 10);
  }

  @Test
  void fewChannelsAreSummedDirectly() {
    check(Algorithm.DIRECT, 15, 64, 56);
    check(Algorithm.DIRECT, 64, 15, 56);
    check(Algorithm.WINOGRAD_4, 16, 16, 56);
  }

  /** Each for a reason of its own. */
  @Test
  void otherConvolutionsAreSummedDirectly() {
    Shape map = Shape.of(32, 56, 56);
    check(Algorithm.DIRECT, conv(3, 2, 1, 1, 32, 32), map);
    check(Algorithm.DIRECT, conv(3, 1, 2, 1, 32, 32), map);
    check(Algorithm.DIRECT, conv(3, 1, 1, 2, 32, 32), map);
    check(Algorithm.DIRECT, conv(5, 1, 1, 1, 32, 32), map);
    Op.Conv zeros = conv(3, 1, 1, 1, 32, 32);
    Tensor padValue = Tensor.filled(32, 1);
    check(
        Algorithm.DIRECT,
        new Op.Conv(zeros.window(), 1, zeros.weight(), null, padValue, Activation.NONE),
        map);
  }

  private static void check(Algorithm expected, int inputs, int outputs, int side) {
    check(expected, conv(3, 1, 1, 1, inputs, outputs), Shape.of(inputs, side, side));
  }

  private static void check(Algorithm expected, Op.Conv conv, Shape input) {
    assertWithMessage("%s of %s", conv.window(), input)
        .that(Algorithm.of(conv, conv.infer(List.of(input))))
        .isEqualTo(expected);
  }

  private static Op.Conv conv(
      int kernel, int stride, int dilation, int groups, int inputs, int outputs) {
    Window window =
        new Window(
            new Window.Pair(kernel, kernel),
            new Window.Pair(stride, stride),
            new Window.Pair(dilation, dilation),
            PADDING);
    Shape shape = Shape.of(outputs, inputs / groups, kernel, kernel);
    return new Op.Conv(window, groups, Tensor.computed(shape, i -> 0), null, Activation.NONE);
  }
}
