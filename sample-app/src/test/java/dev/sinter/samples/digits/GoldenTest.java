package dev.sinter.samples.digits;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.Model;
import dev.sinter.Port;
import dev.sinter.Session;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares the compiled networks with PyTorch, on 1,000 digits they were not trained on. */
final class GoldenTest {
  /**
   * How far a logit may be from PyTorch's, in parts of the image's largest.
   *
   * <p>On the way to a logit lie, one behind the other, 9 + 144 + 9 + 32 + 288 + 432 additions of
   * the convolutions, 1 of the shortcut, 49 of the pool, 64 of the last layer, and unfolded 2
   * operations for each of 6 batch normalizations and for the bytes: n = 1,042. Each rounds by up
   * to u = 2⁻²⁴ of its result, up or down, as good as at random, so that together they come to √n·u
   * = 1.9e-6; the constants, and PyTorch's pixels, rounded once each, are few beside them. Twice
   * that allows for sums whose terms cancel. Measured: 0.7e-6. What Sinter promises for all its
   * kernels is 2e-5.
   */
  private static final double BOUND = 2 * Math.sqrt(1042) * 0x1p-24;

  private static List<HeldOut> digits;
  private static float[][] folded;
  private static float[][] unfolded;

  @BeforeAll
  static void run() throws Exception {
    digits = HeldOut.all();
    folded = logits(SinteredDigits.load());
    unfolded = logits(SinteredDigitsUnfolded.load());
  }

  /** For each held-out digit the output {@code fc}. */
  private static float[][] logits(Model model) {
    List<String> names = model.outputs().stream().map(Port::name).toList();
    assertThat(names).containsExactly("fc", "probabilities");
    float[][] logits = new float[digits.size()][];
    try (Session session = model.newSession()) {
      for (int i = 0; i < logits.length; i++) {
        float[][] outputs = new float[2][10];
        session.run(digits.get(i).pixels(), outputs);
        logits[i] = outputs[names.indexOf("fc")];
      }
    }
    return logits;
  }

  @Test
  void allAreThere() {
    assertThat(digits).hasSize(1000);
    for (int label = 0; label < 10; label++) {
      int wanted = label;
      assertThat(digits.stream().filter(digit -> digit.label() == wanted).count()).isEqualTo(100);
    }
  }

  @Test
  void foldedGivesPyTorchsLogits() {
    for (int i = 0; i < folded.length; i++) {
      assertNear("image " + i, folded[i], digits.get(i).logits());
    }
  }

  @Test
  void unfoldedGivesPyTorchsLogits() {
    for (int i = 0; i < unfolded.length; i++) {
      assertNear("image " + i, unfolded[i], digits.get(i).logits());
    }
  }

  @Test
  void foldedGivesWhatUnfoldedGives() {
    for (int i = 0; i < folded.length; i++) {
      assertNear("image " + i, folded[i], toDouble(unfolded[i]));
    }
  }

  /** The closest two logits of PyTorch are 0.03 of the largest apart: no rounding decides. */
  @Test
  void bothPredictWhatPyTorchPredicts() {
    for (int i = 0; i < folded.length; i++) {
      int expected = HeldOut.indexOfMax(digits.get(i).logits());
      String image = "image " + i;
      assertWithMessage(image).that(HeldOut.indexOfMax(toDouble(folded[i]))).isEqualTo(expected);
      assertWithMessage(image).that(HeldOut.indexOfMax(toDouble(unfolded[i]))).isEqualTo(expected);
    }
  }

  @Test
  void atLeast98PercentAreRight() {
    assertThat(right(folded)).isAtLeast(980);
    assertThat(right(unfolded)).isAtLeast(980);
  }

  private static int right(float[][] logits) {
    int right = 0;
    for (int i = 0; i < logits.length; i++) {
      right += HeldOut.indexOfMax(toDouble(logits[i])) == digits.get(i).label() ? 1 : 0;
    }
    return right;
  }

  private static void assertNear(String image, float[] actual, double[] expected) {
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertWithMessage(image)
        .that(toDouble(actual))
        .usingTolerance(BOUND * largest)
        .containsExactly(expected)
        .inOrder();
  }

  private static double[] toDouble(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
