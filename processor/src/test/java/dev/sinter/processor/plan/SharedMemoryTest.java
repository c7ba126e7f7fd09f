package dev.sinter.processor.plan;

import static com.google.common.truth.Truth.assertWithMessage;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.processor.Networks;
import dev.sinter.processor.emit.NetworkEmitter;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.RandomOps;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;

/** Networks whose values share memory, compiled and run by the runtime's kernels. */
final class SharedMemoryTest {
  private static final int GRAPHS = 60;

  private final RandomOps ops = new RandomOps(12);

  /** Two images, so that the second finds what the first has left behind. */
  @Test
  void kernelsComputeWhatTheInterpreterDoes() {
    List<Graph> graphs = IntStream.range(0, GRAPHS).mapToObj(SharingGraphs::of).toList();
    List<JavaFileObject> sources = new ArrayList<>();
    for (int i = 0; i < GRAPHS; i++) {
      Graph graph = graphs.get(i);
      NetworkEmitter.Names names =
          new NetworkEmitter.Names("p", "N" + i, "N" + i, false, Optional.empty());
      NetworkEmitter.Provenance nothing =
          new NetworkEmitter.Provenance(List.of(), node -> List.of());
      new NetworkEmitter(
              names,
              graph,
              Plan.of(graph),
              nothing,
              NetworkEmitter.Bake.CLASS,
              NetworkEmitter.Meaning.NONE)
          .emit(List.of())
          .sources()
          .forEach(file -> sources.add(file.toJavaFileObject()));
    }
    Compilation compilation = Compiler.javac().compile(sources);
    for (int i = 0; i < GRAPHS; i++) {
      Model model = Networks.load(compilation, "p.N" + i);
      try (Session session = model.newSession()) {
        check(graphs.get(i), session);
        check(graphs.get(i), session);
      }
    }
  }

  /** Some dozen roundings of 2⁻²⁴ are far below the tolerance; what is overwritten, far above. */
  private void check(Graph graph, Session session) {
    Map<Integer, double[]> inputs = new HashMap<>();
    List<float[]> images = new ArrayList<>();
    for (Node input : graph.inputs()) {
      float[] image = new float[(int) input.shape().size()];
      double[] elements = ops.elements(input.shape());
      for (int k = 0; k < image.length; k++) {
        image[k] = (float) elements[k];
        elements[k] = image[k];
      }
      images.add(image);
      inputs.put(input.id(), elements);
    }
    Map<Integer, Value> expected = Interpreter.run(graph, inputs);
    float[][] found =
        graph.outputs().stream()
            .map(output -> new float[(int) graph.node(output.id()).shape().size()])
            .toArray(float[][]::new);

    session.run(images.toArray(new float[0][]), found);

    for (int k = 0; k < found.length; k++) {
      Graph.Output output = graph.outputs().get(k);
      Value value = expected.get(output.id());
      for (int j = 0; j < found[k].length; j++) {
        assertWithMessage("%s[%s] of %s", output.name(), j, graph.nodes())
            .that((double) found[k][j])
            .isWithin(1e-4 * (1 + value.magnitude(j)))
            .of(value.value(j));
      }
    }
  }
}
