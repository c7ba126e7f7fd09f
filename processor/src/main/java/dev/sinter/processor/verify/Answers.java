package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

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
   * @param largest the largest magnitude of all its elements that are finite; of the sums of the
   *     magnitudes of all terms, if every element is 0, for those need not cancel in floats
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
    List<double[]> outputs = Evaluation.outputs(graph, inputs);
    for (int i = 0; i < outputs.size(); i++) {
      double largest = largest(DoubleStream.of(outputs.get(i)));
      answers.add(
          new Answer(
              largest == 0 ? terms(graph, inputs, i) : largest,
              compared(outputs.get(i), most, random)));
    }
    return new Answers(seed, answers);
  }

  private static double largest(DoubleStream values) {
    return values.filter(Double::isFinite).map(Math::abs).max().orElse(0);
  }

  /** The largest sum of magnitudes: that of an output of zeros. */
  private static double terms(Graph graph, Map<Integer, double[]> inputs, int output) {
    int id = graph.outputs().get(output).id();
    Value value = Objects.requireNonNull(Interpreter.run(graph, inputs).get(id), "an output");
    return largest(IntStream.range(0, value.values().length).mapToDouble(value::magnitude));
  }

  private static Tensor compared(double[] output, int most, Random random) {
    int size = output.length;
    double[] elements = new double[Math.min(size, most)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = output[size <= most ? i : random.nextInt(size)];
    }
    return Tensor.computed(Shape.of(elements.length), i -> elements[i]);
  }
}
