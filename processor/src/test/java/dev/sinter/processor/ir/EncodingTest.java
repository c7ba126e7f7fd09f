package dev.sinter.processor.ir;

import static com.google.common.truth.Truth.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EncodingTest {
  /** [I, O/groups, kernel] by three loops. */
  @Test
  void channelsOfATransposedConvolution() {
    int groups = 2;
    int inputs = 3;
    int ofGroup = 4;
    int kernel = 5;
    Encoding.Channels channels = new Encoding.Channels(groups * ofGroup, groups, inputs, kernel);
    int index = 0;
    for (int input = 0; input < groups * inputs; input++) {
      for (int output = 0; output < ofGroup; output++) {
        for (int k = 0; k < kernel; k++) {
          assertThat(channels.of(index)).isEqualTo(input / inputs * ofGroup + output);
          index++;
        }
      }
    }
    assertThat(channels.weights() * channels.count()).isEqualTo(index);
    Set<Integer> all = new HashSet<>();
    for (int channel = 0; channel < channels.count(); channel++) {
      for (int k = 0; k < channels.weights(); k++) {
        assertThat(channels.of(channels.index(channel, k))).isEqualTo(channel);
        all.add(channels.index(channel, k));
      }
    }
    assertThat(all).hasSize(index);
  }

  @Test
  void bytesAreCodesAndScales() {
    Tensor tensor =
        Tensor.encoded(
            Shape.of(2, 3),
            new Encoding.Scaled(
                new byte[] {1, -127, 0, 127, 3, -3},
                new float[] {0.5f, 0.1f},
                new Encoding.Channels(2, 1, 1, 3)));
    assertThat(tensor.toFloats())
        .isEqualTo(new float[] {0.5f, -63.5f, 0, 127 * 0.1f, 3 * 0.1f, -3 * 0.1f});
    assertThat(tensor.bytes()).isEqualTo(6 + 2 * 4);
    assertThat(tensor.rounded()).isSameInstanceAs(tensor);
    assertThat(tensor.scaledRows(Tensor.vector(1, 1)).bytes()).isEqualTo(24);
  }
}
