package dev.sinter.processor.recipes;

import static com.google.common.truth.Truth.assertThat;

import com.google.common.collect.Range;
import dev.sinter.processor.SafetensorsWriter;
import dev.sinter.processor.recipes.SeededWeights.Spec;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The seeded values: those that PyTorch was given, and as hard to fold as trained ones. */
class SeededWeightsTest {
  static Stream<String> recipes() {
    return RecipesTest.recipes().map(RecipesTest.Recipe::name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recipes")
  void pythonMadeTheSameBits(String recipe) throws Exception {
    RecipeGolden golden = RecipeGolden.of(recipe);
    CRC32 crc = new CRC32();
    new SafetensorsWriter().add("input", golden.input()).updateChecksum(crc);
    golden.weights().updateChecksum(crc);
    assertThat(crc.getValue()).isEqualTo(golden.crc32());
  }

  @Test
  void normalizationsHaveZeroNegativeAndTinyChannels() {
    int channels = 10_000;
    float[] gamma = SeededWeights.values(new Spec("bn.weight", 0, channels));
    float[] variance = SeededWeights.values(new Spec("bn.running_var", 0, channels));
    assertThat(count(channels, i -> gamma[i] == 0)).isIn(Range.closed(200L, 400L));
    assertThat(count(channels, i -> gamma[i] < 0)).isIn(Range.closed(850L, 1150L));
    assertThat(count(channels, i -> variance[i] == 1e-5f)).isIn(Range.closed(100L, 220L));
    assertThat(count(channels, i -> variance[i] < 1 / 64f || variance[i] >= 4))
        .isEqualTo(count(channels, i -> variance[i] == 1e-5f));
  }

  /** However many terms a sum has, it is about as large as they are. */
  @Test
  void weightsAreScaledByTheirFanIn() {
    float[] weight = SeededWeights.values(new Spec("conv.weight", 1, 64, 25, 2, 2));
    double squares =
        IntStream.range(0, weight.length).mapToDouble(i -> weight[i] * weight[i]).sum();
    assertThat(squares / weight.length).isWithin(0.001).of(4 / 100.0);
  }

  private static long count(int channels, IntPredicate predicate) {
    return IntStream.range(0, channels).filter(predicate).count();
  }
}
