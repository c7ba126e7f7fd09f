package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * What a network answers in double, as a self-test expects it. What is drawn from the seed, and in
 * which order, the runtime's {@code SelfTest} says, which draws it again.
 *
 * @param seed where the inputs come from
 * @param outputs what is expected of each
 */
public record Answers(int seed, List<Answer> outputs) {
  private static final int MOST = 64;
  private static final int MOST_IN_ALL = 512;

  /**
   * What is expected of an output.
   *
   * @param largest the largest magnitude of all its elements that are finite
   * @param elements those that are compared
   */
  public record Answer(double largest, Tensor elements) {}

  /**
   * Computes them.
   *
   * @param pixels whether the inputs are integers from 0 to 255, else numbers from −1 to 1
   */
  public static Answers of(Graph graph, boolean pixels, int seed) {
    Random random = new Random(seed);
    Map<Integer, double[]> inputs = new HashMap<>();
    for (Node input : graph.inputs()) {
      double[] values = new double[Math.toIntExact(input.shape().size())];
      for (int i = 0; i < values.length; i++) {
        values[i] = pixels ? random.nextInt(256) : random.nextInt(1 << 24) * 0x1p-23 - 1;
      }
      inputs.put(input.id(), values);
    }
    int most = Math.min(MOST, MOST_IN_ALL / graph.outputs().size());
    List<Answer> answers = new ArrayList<>();
    for (double[] output : Evaluation.outputs(graph, inputs)) {
      answers.add(answer(output, most, random));
    }
    return new Answers(seed, answers);
  }

  private static Answer answer(double[] output, int most, Random random) {
    int size = output.length;
    double[] elements = new double[Math.min(size, most)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = output[size <= most ? i : random.nextInt(size)];
    }
    double largest =
        DoubleStream.of(output).filter(Double::isFinite).map(Math::abs).max().orElse(0);
    return new Answer(largest, Tensor.computed(Shape.of(elements.length), i -> elements[i]));
  }
}
