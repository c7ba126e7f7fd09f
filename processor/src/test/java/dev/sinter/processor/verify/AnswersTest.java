package dev.sinter.processor.verify;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static Answers.Answer answer(double bias, Activation activation) {
    Graph.Builder builder = Graph.builder();
    int input = builder.add("input", new Op.Input(Shape.of(3)), List.of());
    Tensor weight = Tensor.of(Shape.of(1, 3), 2.0, -4.0, 0.5);
    int linear =
        builder.add(
            "linear", new Op.Linear(weight, Tensor.vector(bias), activation), List.of(input));
    Graph graph = builder.output("linear", linear).build();
    return Answers.of(graph, false, 1).outputs().get(0);
  }

  @Test
  void outputIsItsOwnMeasure() {
    Answers.Answer answer = answer(100, Activation.NONE);
    assertThat(answer.largest()).isEqualTo(answer.elements().get(0));
    assertThat(answer.largest()).isWithin(6.5).of(100); // Σ|w·x| with |x| ≤ 1
  }

  /** Zeros have no size of their own, and a kernel's sum may end a little above 0. */
  @Test
  void zerosAreMeasuredByTheirTerms() {
    Answers.Answer answer = answer(-100, Activation.of(Activation.Kind.RELU));
    assertThat(answer.elements().get(0)).isEqualTo(0);
    assertThat(answer.largest()).isGreaterThan(100);
    assertThat(answer.largest()).isAtMost(106.5);
  }
}
