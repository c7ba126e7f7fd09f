package dev.sinter.processor;

import static com.google.common.truth.Truth.assertWithMessage;

import com.google.testing.compile.Compilation;
import dev.sinter.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The case with which the article on the core fold (LearnML.Today, on fusing batch normalization
 * and convolution) shows that it is right: conv1 + bn1 of ResNet-18 on 16 × 3 × 256 × 256 normally
 * distributed inputs, folded and not. It found a mean difference of about 1e-8.
 */
class ResNetStemTest {
  private static final int IMAGES = 16;
  private static final int EXTENT = 256;
  private static final int ROW = 128;
  private static final int PLANE = ROW * ROW;

  /**
   * What a result may be off, in units of Σ|w·x|. A term meets the rounding of its weight, of its
   * product, and of a sum for each tap; where the batch normalization is a step of its own, also
   * the rounding of its constant, a product and a sum. N roundings to float in whatever order are
   * within N·u/(1 − N·u), u = 2⁻²⁴ (N. J. Higham, Accuracy and Stability of Numerical Algorithms,
   * lemma 3.1): 9.1e-6.
   */
  private static final double BOUND = bound(Stem.TAPS + 2 + 3);

  @TempDir private static Path weights;
  private static Compilation folded;
  private static Compilation unfolded;
  private static float[] images;

  enum Variant {
    AS_IN_THE_ARTICLE(1e-5, () -> new Stem(1e-5)),
    WITH_BIAS(1e-3, () -> new Stem(1e-3).withBias()),
    NEGATIVE_AND_ZERO_GAMMA(1e-5, () -> new Stem(1e-5).withSigns()),
    TINY_VARIANCES(1e-5, () -> new Stem(1e-5).withTinyVariances()),
    TINY_VARIANCES_AND_BIAS(1e-3, () -> new Stem(1e-3).withTinyVariances().withBias());

    private final double epsilon;
    private final Supplier<Stem> stem;

    Variant(double epsilon, Supplier<Stem> stem) {
      this.epsilon = epsilon;
      this.stem = stem;
    }

    JavaFileObject declaration() {
      return Networks.source(
          "p." + this,
          """
          package p;
          import dev.sinter.*;
          @Network(input = {3, 256, 256}, weights = "%s.safetensors")
          public class %s {
            @Conv(stride = 2, padding = 3) Layer conv1;
            @BatchNorm(eps = %s) Layer bn1;
          }
          """
              .formatted(this, this, epsilon));
    }
  }

  @BeforeAll
  static void compile() throws IOException {
    for (Variant variant : Variant.values()) {
      variant.stem.get().write(weights.resolve(variant + ".safetensors"));
    }
    JavaFileObject[] declarations =
        Stream.of(Variant.values()).map(Variant::declaration).toArray(JavaFileObject[]::new);
    folded = Networks.compile(weights, List.of(), declarations);
    unfolded = Networks.compile(weights, List.of("-Asinter.fold=none"), declarations);
    Random random = new Random(18);
    images = new float[IMAGES * Stem.INPUTS * EXTENT * EXTENT];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
  }

  @ParameterizedTest
  @EnumSource
  void foldedStemGivesTheUnfoldedStemsOutput(Variant variant) {
    Stem stem = variant.stem.get();
    float[] fused = run(folded, variant);
    float[] plain = run(unfolded, variant);
    double fusedError = error(stem, fused);
    double plainError = error(stem, plain);
    System.out.println(variant + ": " + differences(fused, plain, fusedError, plainError));

    assertWithMessage("folded from double, of Σ|w·x|").that(fusedError).isAtMost(BOUND);
    assertWithMessage("unfolded from double, of Σ|w·x|").that(plainError).isAtMost(BOUND);
    assertWithMessage("folded from unfolded, anywhere, of the largest Σ|w·x| that could be")
        .that(largestDifference(stem, fused, plain))
        .isAtMost(2 * BOUND);
  }

  private static float[] run(Compilation compilation, Variant variant) {
    float[] output = new float[IMAGES * Stem.OUTPUTS * PLANE];
    try (Session session = Networks.load(compilation, "p.Sintered" + variant).newSession()) {
      session.run(images, output);
    }
    return output;
  }

  /** The largest error at the samples, in units of Σ|w·x|. */
  private static double error(Stem stem, float[] output) {
    int[] samples = samples();
    return IntStream.range(0, IMAGES * Stem.OUTPUTS)
        .parallel()
        .mapToDouble(
            plane -> {
              double worst = 0;
              for (int i : samples) {
                Stem.Element exact =
                    stem.at(
                        images,
                        plane / Stem.OUTPUTS,
                        EXTENT,
                        plane % Stem.OUTPUTS,
                        i / ROW,
                        i % ROW);
                double error = Math.abs(output[plane * PLANE + i] - exact.value());
                worst = Math.max(worst, error / exact.magnitude());
              }
              return worst;
            })
        .max()
        .orElseThrow();
  }

  /** All positions whose window meets the padding, and every 61st of the others. */
  private static int[] samples() {
    return IntStream.range(0, PLANE)
        .filter(i -> isAtBorder(i / ROW) || isAtBorder(i % ROW) || i % 61 == 0)
        .toArray();
  }

  /** The window covers 2·i − 3 to 2·i + 3. */
  private static boolean isAtBorder(int i) {
    return 2 * i - 3 < 0 || 2 * i + 3 >= EXTENT;
  }

  private static double largestDifference(Stem stem, float[] a, float[] b) {
    double largestInput = 0;
    for (float x : images) {
      largestInput = Math.max(largestInput, Math.abs(x));
    }
    double worst = 0;
    for (int plane = 0; plane < IMAGES * Stem.OUTPUTS; plane++) {
      double magnitude = stem.largestMagnitude(plane % Stem.OUTPUTS, largestInput);
      for (int i = plane * PLANE; i < (plane + 1) * PLANE; i++) {
        worst = Math.max(worst, Math.abs((double) a[i] - b[i]) / magnitude);
      }
    }
    return worst;
  }

  private static String differences(float[] a, float[] b, double aError, double bError) {
    double signed = 0;
    double sum = 0;
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      signed += difference;
      sum += Math.abs(difference);
      worst = Math.max(worst, Math.abs(difference));
      largest = Math.max(largest, Math.abs(b[i]));
    }
    return String.format(
        Locale.ROOT,
        "folded and unfolded differ by %.1e in the mean (%.1e with signs) and %.1e at most, outputs"
            + " up to %.1f; of Σ|w·x| the folded output is off by %.1e, the unfolded by %.1e",
        sum / a.length,
        signed / a.length,
        worst,
        largest,
        aError,
        bError);
  }

  private static double bound(int roundings) {
    double error = roundings * 0x1p-24;
    return error / (1 - error);
  }
}
