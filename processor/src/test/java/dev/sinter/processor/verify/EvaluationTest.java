package dev.sinter.processor.verify;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.RandomGraphs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EvaluationTest {
  static LongStream graphs() {
    return LongStream.range(0, 200);
  }

  /**
   * Both round each of n terms and sums in double, in another order: 2n·2⁻⁵³ of the magnitude at
   * most, and no sum here, through all layers, has 10⁴ terms.
   */
  @ParameterizedTest
  @MethodSource("graphs")
  void givesWhatTheInterpreterGives(long number) {
    Graph graph = RandomGraphs.of(number);
    Random random = new Random(number);
    Map<Integer, double[]> inputs = new HashMap<>();
    for (Node input : graph.inputs()) {
      int size = Math.toIntExact(input.shape().size());
      inputs.put(input.id(), DoubleStream.generate(random::nextGaussian).limit(size).toArray());
    }
    Map<Integer, Value> expected = Interpreter.run(graph, inputs);
    List<double[]> found = Evaluation.outputs(graph, inputs);
    for (int output = 0; output < found.size(); output++) {
      Value value = expected.get(graph.outputs().get(output).id());
      for (int i = 0; i < value.size(); i++) {
        double tolerance = 2e4 * 0x1p-53 * value.magnitude(i);
        assertWithMessage("%s of output %s", i, output)
            .that(found.get(output)[i])
            .isWithin(tolerance)
            .of(value.value(i));
      }
    }
  }
}
