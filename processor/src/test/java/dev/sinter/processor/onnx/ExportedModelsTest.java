package dev.sinter.processor.onnx;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.processor.Networks;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models that PyTorch 1.13 exported, {@code src/test/onnx/models.py}, against what PyTorch computed
 * in double, and against ONNX Runtime.
 */
final class ExportedModelsTest {
  private static final Path FOLDER = Path.of("src/test/onnx");

  /**
   * In units of the largest output, for the graph in double. PyTorch keeps ε, scales and slopes as
   * doubles where the file has floats: a relative error of 2⁻²⁴ = 6e-8 each, and the longest of
   * these networks has twelve layers with such a constant, each of which may magnify it by
   * cancellation.
   */
  private static final double IN_DOUBLE = 2e-6;

  /** In units of the largest output: the contract's promise. */
  private static final double CONTRACT = 2e-5;

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".onnx"))
          .map(name -> name.replace(".onnx", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void graphInDoubleGivesPyTorchsOutputs(String name) throws Exception {
    Graph graph = graph(name);
    Map<Integer, Value> values =
        Interpreter.run(
            graph, Map.of(graph.inputs().get(0).id(), tensor(name, "input").toDoubles()));
    List<double[]> actual = new ArrayList<>();
    graph.outputs().forEach(output -> actual.add(values.get(output.id()).values()));
    check(name, actual, IN_DOUBLE);
  }

  @ParameterizedTest
  @MethodSource("names")
  void compiledModelGivesPyTorchsOutputs(String name) throws Exception {
    check(name, run(model(name, List.of()), name), CONTRACT);
  }

  @ParameterizedTest
  @MethodSource("names")
  void unfoldedModelGivesPyTorchsOutputs(String name) throws Exception {
    check(name, run(model(name, List.of("-Asinter.fold=none")), name), CONTRACT);
  }

  /** It holds the models themselves against the file with PyTorch's outputs. */
  @ParameterizedTest
  @MethodSource("names")
  void onnxRuntimeGivesPyTorchsOutputs(String name) throws Exception {
    check(name, byOnnxRuntime(name), CONTRACT);
  }

  @Test
  void patternsBecomeTheLayersThatTheyMean() throws Exception {
    assertThat(ops("residual"))
        .isEqualTo(
            List.of(
                "Input",
                "Conv",
                "BatchNorm",
                "RELU",
                "Pool",
                "Conv",
                "BatchNorm",
                "RELU",
                "Conv",
                "BatchNorm",
                "Add",
                "RELU",
                "Conv",
                "BatchNorm",
                "RELU",
                "Conv",
                "BatchNorm",
                "Conv",
                "BatchNorm",
                "Add",
                "RELU",
                "GlobalPool",
                "Flatten",
                "Linear"));
    assertThat(ops("shuffled_open")).isEqualTo(ops("shuffled"));
    assertThat(ops("shuffled")).contains("ChannelShuffle");
    assertThat(ops("shuffled")).doesNotContain("Reshape");
    assertThat(ops("excited")).containsAtLeast("HARD_SWISH", "HARD_SIGMOID", "SILU", "RELU6");
    assertThat(ops("excited")).containsNoneOf("SIGMOID", "Affine");
    assertThat(ops("excited").stream().filter("HARD_SWISH"::equals).count()).isEqualTo(2);
    assertThat(ops("excited_opset16")).isEqualTo(ops("excited"));
    assertThat(ops("sound")).doesNotContain("Affine");
    assertThat(ops("pooled")).contains("MISH");
  }

  /** What the layers of a model are, in order. */
  private static List<String> ops(String name) throws Exception {
    return graph(name).nodes().stream().map(Node::op).map(ExportedModelsTest::kind).toList();
  }

  private static String kind(Op op) {
    return op instanceof Op.Activate activate
        ? activate.activation().kind().name()
        : op.getClass().getSimpleName();
  }

  private static Graph graph(String name) throws Exception {
    Diagnostics found = new Diagnostics();
    return new ModelReader(name + ".onnx", Location.NOWHERE, found)
        .read(locator(), given(name), Location.NOWHERE, List.of())
        .orElseThrow(() -> new AssertionError(found.all()));
  }

  /** Its input, where the file leaves that open. */
  private static List<Integer> given(String name) throws Exception {
    return name.endsWith("_open") ? tensor(name, "input").shape().extents() : List.of();
  }

  private static Model model(String name, List<String> options) throws Exception {
    String input =
        given(name).stream().map(String::valueOf).collect(Collectors.joining(", ", "{", "}"));
    return Networks.load(
        Networks.compile(
            FOLDER,
            options,
            Networks.network("model = \"%s.onnx\", input = %s".formatted(name, input), "")),
        "p.SinteredX");
  }

  private static List<double[]> run(Model model, String name) throws Exception {
    float[][] outputs =
        model.outputs().stream().map(port -> new float[port.size()]).toArray(float[][]::new);
    try (Session session = model.newSession()) {
      session.run(new float[][] {tensor(name, "input").toFloats()}, outputs);
    }
    return Stream.of(outputs).map(ExportedModelsTest::widened).toList();
  }

  private static List<double[]> byOnnxRuntime(String name) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Tensor input = tensor(name, "input");
    long[] batch =
        Stream.concat(Stream.of(1), input.shape().extents().stream())
            .mapToLong(extent -> extent)
            .toArray();
    List<double[]> outputs = new ArrayList<>();
    byte[] bytes = Files.readAllBytes(FOLDER.resolve(name + ".onnx"));
    try (OrtSession.SessionOptions options = options();
        OrtSession session = environment.createSession(bytes, options);
        OnnxTensor x =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.toFloats()), batch);
        OrtSession.Result result = session.run(Map.of("input", x))) {
      for (Map.Entry<String, OnnxValue> output : result) {
        outputs.add(widened(((OnnxTensor) output.getValue()).getFloatBuffer().array()));
      }
    } catch (OrtException failed) {
      throw new AssertionError(name, failed);
    }
    return outputs;
  }

  /** One thread, and none of its optimizations, which fold batch normalizations too. */
  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    return options;
  }

  private static double[] widened(float[] values) {
    return Tensor.of(Shape.of(values.length), values).toDoubles();
  }

  private static void check(String name, List<double[]> actual, double tolerance) throws Exception {
    assertThat(container(name).names()).hasSize(actual.size() + 1);
    for (int i = 0; i < actual.size(); i++) {
      double[] expected = tensor(name, "output" + i).toDoubles();
      assertThat(actual.get(i)).hasLength(expected.length);
      double largest = 0;
      double error = 0;
      for (int j = 0; j < expected.length; j++) {
        largest = Math.max(largest, Math.abs(expected[j]));
        error = Math.max(error, Math.abs(actual.get(i)[j] - expected[j]));
      }
      assertWithMessage("error of output %s in units of its largest element", i)
          .that(error / largest)
          .isAtMost(tolerance);
    }
  }

  private static Tensor tensor(String name, String tensor) throws Exception {
    return container(name).read(tensor);
  }

  private static Container container(String name) throws Exception {
    return locator().open(name + ".npz").container();
  }

  private static Locator locator() {
    return new Locator(List.of(new DirectoryPlace(FOLDER)), "");
  }
}
