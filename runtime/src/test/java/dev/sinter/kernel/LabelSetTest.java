package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.Classification;
import dev.sinter.Model;
import dev.sinter.Session;
import org.junit.jupiter.api.Test;

final class LabelSetTest {
  private static final Backend SCALAR = new ScalarBackend();

  private static Classification best(boolean probabilities, float... output) {
    return new LabelSet(probabilities, "zero\non", "e\ntwo\n").best(output);
  }

  /** The input is the last output; before it stands another one. */
  private static Program same() {
    Slot x = Slot.of(0, 3, 1, 1);
    return new Program("Same", SCALAR)
        .arena(3)
        .input("x", x, 3)
        .output("a", x, 3)
        .output("b", x, 3);
  }

  @Test
  void largestWithItsLabel() {
    Classification best = best(true, 0.25f, 0.625f, 0.125f);
    assertThat(best.index()).isEqualTo(1);
    assertThat(best.label()).isEqualTo("one");
    assertThat(best.probability()).isEqualTo(0.625f);
    assertThat(best.toString()).isEqualTo("one (62.5 %)");
  }

  @Test
  void firstOfEqualOnes() {
    assertThat(best(true, 0.25f, 0.25f, 0.25f).index()).isEqualTo(0);
    assertThat(best(true, -0.0f, 0.0f, 0.0f).index()).isEqualTo(0);
    assertThat(best(true, 0.0f, 0.5f, 0.5f).index()).isEqualTo(1);
  }

  /** 1/(1 + e⁻¹ + e⁻²), whatever is added to all of them. */
  @Test
  void softmaxOfWhatAreNoProbabilities() {
    double expected = 1 / (1 + Math.exp(-1) + Math.exp(-2));
    for (float offset : new float[] {0, 1e4f, -1e4f}) {
      Classification best = best(false, offset - 2, offset, offset - 1);
      assertThat(best.label()).isEqualTo("one");
      // The sum is rounded once, to a float below 1.
      assertThat(best.probability()).isWithin(6e-8f).of((float) expected);
    }
    assertThat(best(false, Float.NEGATIVE_INFINITY, -3e38f, -3.4e38f).probability()).isEqualTo(1);
  }

  @Test
  void nanIsTheLargest() {
    for (boolean probabilities : new boolean[] {true, false}) {
      Classification best = best(probabilities, 0.5f, Float.NaN, Float.NaN);
      assertThat(best.index()).isEqualTo(1);
      assertThat(best.probability()).isNaN();
      assertThat(best(probabilities, Float.NaN, 0, 1).index()).isEqualTo(0);
    }
    Classification infinite = best(false, 0, 1, Float.POSITIVE_INFINITY);
    assertThat(infinite.index()).isEqualTo(2);
    assertThat(infinite.probability()).isNaN();
  }

  @Test
  void lastOutputIsTheOneWithLabels() {
    Model model = same().labels(true, "zero\none\ntwo").model();
    assertThat(model.labels()).containsExactly("zero", "one", "two").inOrder();
    assertThrows(UnsupportedOperationException.class, () -> model.labels().set(0, "null"));
    float[] input = {0.25f, 0, 0.75f};
    assertThat(model.classify(input).label()).isEqualTo("two");
    try (Session session = model.newSession()) {
      assertThat(session.classify(input).label()).isEqualTo("two");
      input[1] = 0.875f;
      assertThat(session.classify(input).toString()).isEqualTo("one (87.5 %)");
    }
  }

  @Test
  void oneImageAtATime() {
    Model model = same().labels(true, "zero\none\ntwo").model();
    IllegalArgumentException batch =
        assertThrows(IllegalArgumentException.class, () -> model.classify(new float[6]));
    assertThat(batch)
        .hasMessageThat()
        .isEqualTo("classify of Same takes 1 image; found a batch of 2.");
    assertThrows(IllegalArgumentException.class, () -> model.classify(new float[4]));
    Session closed = model.newSession();
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.classify(new float[3]));
  }

  @Test
  void networkWithoutLabels() {
    Model model = same().model();
    assertThat(model.labels()).isEmpty();
    IllegalStateException none =
        assertThrows(IllegalStateException.class, () -> model.classify(new float[3]));
    assertThat(none)
        .hasMessageThat()
        .isEqualTo("Same has no labels; declare @Network(labels = \"FILE\").");
    assertThrows(IllegalStateException.class, () -> model.classify(new byte[3]));
  }
}
