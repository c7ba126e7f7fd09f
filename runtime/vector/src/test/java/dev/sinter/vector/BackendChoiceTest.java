package dev.sinter.vector;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.Model;
import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Program;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which kernels run where this jar and the module of the JDK are. */
final class BackendChoiceTest {
  private static final String PROPERTY = "sinter.backend";
  private static final int CHANNELS = 32;
  private static final int SIDE = 28;
  private static final float EACH = 0.25f;

  @AfterEach
  void forget() {
    System.clearProperty(PROPERTY);
  }

  @Test
  void scalarAnswersFirstAndVectorLater() {
    Model model = model();
    check(model);
    model.warmUp();
    assertThat(model.backend()).isAnyOf("vector", "scalar"); // which is faster is not asserted
    check(model);
  }

  @Test
  void eachCanBeForced() {
    System.setProperty(PROPERTY, "scalar");
    assertThat(model().backend()).isEqualTo("scalar");
    check(model());
    System.setProperty(PROPERTY, "vector");
    assertThat(model().backend()).isEqualTo("vector");
    check(model());
  }

  @Test
  void anythingElseIsRefused() {
    System.setProperty(PROPERTY, "cuda");
    IllegalStateException refused = assertThrows(IllegalStateException.class, Backend::preferred);
    assertThat(refused)
        .hasMessageThat()
        .isEqualTo(
            "The system property sinter.backend is 'cuda'; it must be scalar or vector, or not be"
                + " set.");
  }

  /** A convolution of 1 × 1 whose weights are all alike. */
  private static Model model() {
    Backend backend = Backend.preferred();
    Slot input = Slot.of(0, CHANNELS, SIDE, SIDE);
    Slot output = Slot.of(input.size(), CHANNELS, SIDE, SIDE);
    float[] weights = new float[CHANNELS * CHANNELS];
    Arrays.fill(weights, EACH);
    return new Program("Test", backend)
        .arena(input.size() + output.size())
        .input("input", input, CHANNELS, SIDE, SIDE)
        .step(backend.convolution(new Convolution(input, output, Window.of(1, 1), 1, weights)))
        .output("output", output, CHANNELS, SIDE, SIDE)
        .model();
  }

  /** Small whole numbers times 1/4 add up without rounding. */
  private static void check(Model model) {
    float[] x = new float[CHANNELS * SIDE * SIDE];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 7;
    }
    float[] y = model.run(x);
    int plane = SIDE * SIDE;
    for (int i = 0; i < y.length; i++) {
      float expected = 0;
      for (int c = 0; c < CHANNELS; c++) {
        expected += EACH * x[c * plane + i % plane];
      }
      assertThat(y[i]).isEqualTo(expected);
    }
  }
}
