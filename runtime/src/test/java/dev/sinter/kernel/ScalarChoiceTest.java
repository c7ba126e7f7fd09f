package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.kernel.Convolution.Algorithm;
import org.junit.jupiter.api.Test;

/**
 * {@link ScalarConvolution} chooses for the layers of well-known networks what its rule means for
 * them.
 */
final class ScalarChoiceTest {
  @Test
  void rowsOverTheMapWhereItIsLarge() {
    assertThat(chosen(3, 64, 224, 7, 2, Algorithm.DIRECT)).isEqualTo(ScalarMapConvolution.class);
    assertThat(chosen(16, 16, 32, 3, 1, Algorithm.DIRECT)).isEqualTo(ScalarMapConvolution.class);
    assertThat(chosen(192, 32, 28, 1, 1, Algorithm.DIRECT)).isEqualTo(ScalarMapConvolution.class);
  }

  @Test
  void rowsOverChannelsWhereThereAreMany() {
    assertThat(chosen(512, 512, 7, 3, 1, Algorithm.DIRECT))
        .isEqualTo(ScalarChannelConvolution.class);
    assertThat(chosen(64, 384, 14, 1, 1, Algorithm.DIRECT))
        .isEqualTo(ScalarChannelConvolution.class);
  }

  @Test
  void winogradWhereItIsAllowedAndSaves() {
    assertThat(chosen(64, 64, 56, 3, 1, Algorithm.WINOGRAD_4))
        .isEqualTo(ScalarWinogradConvolution.class);
    assertThat(chosen(256, 256, 14, 3, 1, Algorithm.WINOGRAD_2))
        .isEqualTo(ScalarWinogradConvolution.class);
    assertThat(chosen(32, 32, 16, 3, 1, Algorithm.WINOGRAD_4))
        .isNotEqualTo(ScalarWinogradConvolution.class);
    assertThat(chosen(16, 16, 32, 3, 1, Algorithm.WINOGRAD_4))
        .isEqualTo(ScalarMapConvolution.class);
    assertThat(chosen(64, 64, 56, 3, 1, Algorithm.DIRECT)).isEqualTo(ScalarMapConvolution.class);
  }

  private static Class<?> chosen(
      int inputs, int outputs, int extent, int kernel, int stride, Algorithm algorithm) {
    int padding = kernel / 2;
    int mapped = (extent + 2 * padding - kernel) / stride + 1;
    Slot x = Slot.of(0, inputs, extent, extent);
    Slot y = Slot.of(x.size(), outputs, mapped, mapped);
    Window window =
        Window.of(kernel, kernel)
            .stride(stride, stride)
            .padding(padding, padding, padding, padding);
    float[] weights = new float[outputs * inputs * kernel * kernel];
    return ScalarConvolution.kernel(
            new Convolution(x, y, window, 1, weights).algorithm(algorithm), true)
        .getClass();
  }
}
