package dev.sinter.vector;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class EpilogueTest {
  private static final int[] SHAPE = {5, 3};

  private static float[] sums(int channels) {
    float[] sums = new float[SHAPE[0] * SHAPE[1] * channels + Gemm.LANES];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = i % 23 - 11;
    }
    sums[1 % channels] = Float.NaN;
    sums[channels] = Float.POSITIVE_INFINITY;
    sums[2 * channels] = Float.NEGATIVE_INFINITY;
    return sums;
  }

  /** Sums, addend and bounds; nothing beside the output is written, dense or not. */
  @Test
  void addsAndKeepsBounds() {
    for (int channels : Rig.CHANNELS) {
      for (int gap : new int[] {0, 2}) {
        Slot output = Slot.of(1, channels, SHAPE[0], SHAPE[1]).pixelStride(channels + gap);
        Convolution convolution =
            new Convolution(output, output, Window.of(1, 1), channels, new float[channels])
                .add(output)
                .activation(ActivationFunction.relu6());
        float[] sums = sums(channels);
        float[] arena = new float[output.position(output.positions() - 1) + channels];
        Arrays.fill(arena, 0.5f);
        int positions = output.positions();
        Epilogue.of(convolution).store(sums, 0, channels, arena, 0, positions, 0, channels);
        for (int i = 0; i < arena.length; i++) {
          int p = (i - 1) / output.pixelStride();
          int c = (i - 1) % output.pixelStride();
          boolean mine = i > 0 && c < channels;
          float sum = mine ? sums[p * channels + c] + 0.5f : 0.5f;
          assertWithMessage("%s channels, %s", channels, i)
              .that(arena[i])
              .isEqualTo(mine ? Math.min(Math.max(sum, 0), 6) : 0.5f);
        }
      }
    }
  }

  /** What remains is applied in place, each channel with its slope. */
  @Test
  void appliesSlopesOfChannels() {
    for (int channels : Rig.CHANNELS) {
      for (int gap : new int[] {0, 2}) {
        Slot output = Slot.of(1, channels, SHAPE[0], SHAPE[1]).pixelStride(channels + gap);
        float[] slopes = new float[channels];
        for (int c = 0; c < channels; c++) {
          slopes[c] = 0.5f + c;
        }
        float[] arena = sums(channels + gap);
        float[] before = arena.clone();
        Epilogue epilogue = Epilogue.of(output, ActivationFunction.prelu(slopes));
        float[] buffer = new float[3 + Epilogue.SCRATCH];
        epilogue.apply(arena, 1, output.positions(), buffer, 3); // all but the first position
        for (int i = 0; i < arena.length; i++) {
          int p = (i - 1) / output.pixelStride();
          int c = (i - 1) % output.pixelStride();
          boolean mine = i > 0 && p > 0 && p < output.positions() && c < channels;
          float expected = mine && before[i] < 0 ? slopes[c] * before[i] : before[i];
          assertWithMessage("%s channels, %s", channels, i).that(arena[i]).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void boundsAreLeftToTheKernelIfNothingRemains() {
    Slot output = Slot.of(0, 4, 2, 2);
    Epilogue clip = Epilogue.of(output, ActivationFunction.clip(-1, 2));
    assertWithMessage("low").that(clip.low()).isEqualTo(-1f);
    assertWithMessage("high").that(clip.high()).isEqualTo(2f);
    Epilogue silu = Epilogue.of(output, ActivationFunction.silu());
    assertWithMessage("low").that(silu.low()).isEqualTo(Float.NEGATIVE_INFINITY);
    assertWithMessage("remains").that(silu.remains()).isTrue();
  }
}
