package dev.sinter.processor.onnx;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.sinter.processor.OnnxModel;
import dev.sinter.processor.diagnostic.Diagnostic;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.fold.Folder;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models as exporters write them: with layers taken apart, and with the channels last between
 * transposes. They must become the layers that are meant, and give what ONNX Runtime gives.
 */
final class WrittenOutTest {
  /**
   * In units of the largest output: the contract's promise. The graph is computed in double here,
   * so all of it is ONNX Runtime's.
   */
  private static final double CONTRACT = 2e-5;

  @TempDir private Path folder;

  private final Random random = new Random(5);
  private final Diagnostics found = new Diagnostics();

  // Layers taken apart.

  private OnnxModel model(int... input) {
    return new OnnxModel("m", Shape.of(input));
  }

  private String scalar(OnnxModel model, String name, double value) {
    return model.constant(name, new float[] {(float) value});
  }

  /** Small numbers, none of which is 0. */
  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (random.nextBoolean() ? 1 : -1) * (0.2f + random.nextFloat());
    }
    return numbers;
  }

  private float[] positive(int count) {
    float[] numbers = numbers(count);
    for (int i = 0; i < count; i++) {
      numbers[i] = Math.abs(numbers[i]);
    }
    return numbers;
  }

  private String tensor(OnnxModel model, String name, int... shape) {
    return model.constant(name, numbers((int) Shape.of(shape).size()), shape);
  }

  /** ½·x·(1 + erf(x/√2)) as PyTorch, as Hugging Face and as TensorFlow write it. */
  @Test
  void geluByErf() throws Exception {
    OnnxModel pytorch = model(4, 3, 3);
    pytorch.node("Div", "d", "input", scalar(pytorch, "root", Math.sqrt(2)));
    pytorch.node("Erf", "e", "d");
    pytorch.node("Add", "a", "e", scalar(pytorch, "one", 1));
    pytorch.node("Mul", "m", "input", "a");
    pytorch.node("Mul", "y", "m", scalar(pytorch, "half", 0.5));
    assertThat(layers(pytorch)).containsExactly("Input", "GELU").inOrder();
    OnnxModel halved = model(4, 3, 3);
    halved.node("Mul", "h", "input", scalar(halved, "half", 0.5));
    halved.node("Div", "d", "input", scalar(halved, "root", Math.sqrt(2)));
    halved.node("Erf", "e", "d");
    halved.node("Add", "a", scalar(halved, "one", 1), "e");
    halved.node("Mul", "y", "h", "a");
    assertThat(layers(halved)).containsExactly("Input", "GELU").inOrder();
    OnnxModel gate = model(4, 3, 3);
    gate.node("Mul", "d", scalar(gate, "root", Math.sqrt(0.5)), "input");
    gate.node("Erf", "e", "d");
    gate.node("Add", "a", "e", scalar(gate, "one", 1));
    gate.node("Div", "g", "a", scalar(gate, "two", 2));
    gate.node("Mul", "y", "g", "input");
    assertThat(layers(gate)).containsExactly("Input", "GELU").inOrder();
  }

  /**
   * ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), which is another function than GELU by up to 5e-4.
   */
  @Test
  void geluByTanh() throws Exception {
    OnnxModel model = model(4, 3, 3);
    model.node("Pow", "cube", "input", scalar(model, "three", 3));
    model.node("Mul", "small", scalar(model, "c", 0.044715), "cube");
    model.node("Add", "inner", "input", "small");
    model.node("Mul", "u", "inner", scalar(model, "root", Math.sqrt(2 / Math.PI)));
    model.node("Tanh", "t", "u");
    model.node("Add", "a", "t", scalar(model, "one", 1));
    model.node("Mul", "h", "input", scalar(model, "half", 0.5));
    model.node("Mul", "y", "h", "a");
    assertThat(layers(model)).containsNoneOf("TANH", "GELU");
    OnnxModel single = model(4, 3, 3);
    single.node("Gelu", "y", "input").text("approximate", "tanh");
    assertThat(layers(single)).doesNotContain("GELU");
  }

  /** It is none if a factor or a place is another. */
  @Test
  void erfThatIsNoGelu() throws Exception {
    OnnxModel other = model(4, 3, 3);
    other.node("Div", "d", "input", scalar(other, "root", 1.5));
    other.node("Erf", "e", "d");
    other.node("Add", "a", "e", scalar(other, "one", 1));
    other.node("Mul", "m", "input", "a");
    other.node("Mul", "y", "m", scalar(other, "half", 0.5));
    other.output("y");
    assertThat(read(other)).isNull();
    assertThat(messages())
        .containsExactly(
            "[UnknownOperators] m.onnx has operators that Sinter does not know, each with its"
                + " count: Erf (1, first 'e'). Export the model without them, or only its part"
                + " before them; or tell us which you need.");
  }

  @Test
  void hardSwishByClip() throws Exception {
    OnnxModel model = model(4, 3, 3);
    String three = scalar(model, "three", 3);
    String zero = scalar(model, "zero", 0);
    String six = scalar(model, "six", 6);
    model.node("Add", "shifted", "input", three);
    model.node("Clip", "clipped", "shifted", zero, six);
    model.node("Mul", "product", "clipped", "input");
    model.node("Div", "first", "product", six);
    model.node("Add", "shifted2", three, "first");
    model.node("Clip", "clipped2", "shifted2", zero, six);
    model.node("Mul", "gate2", "clipped2", scalar(model, "sixth", 1 / 6.0));
    model.node("Mul", "y", "gate2", "first");
    assertThat(layers(model)).containsExactly("Input", "HARD_SWISH", "HARD_SWISH").inOrder();
  }

  @Test
  void gatesByTheirFunctions() throws Exception {
    OnnxModel model = model(4, 3, 3);
    model.node("Sigmoid", "s", "input");
    model.node("Mul", "silu", "s", "input");
    model.node("Softplus", "p", "silu");
    model.node("Tanh", "t", "p");
    model.node("Mul", "mish", "silu", "t");
    model.node("Mul", "sixths", "mish", scalar(model, "sixth", 1 / 6.0));
    model.node("Add", "middle", "sixths", scalar(model, "half", 0.5));
    model.node("Clip", "y", "middle", scalar(model, "zero", 0), scalar(model, "one", 1));
    assertThat(layers(model)).containsExactly("Input", "SILU", "MISH", "HARD_SIGMOID").inOrder();
  }

  /** γ·(x − μ)/√(σ² + ε) + β in five nodes, two of them on constants. */
  @Test
  void batchNormByArithmetic() throws Exception {
    OnnxModel model = model(3, 6, 5);
    model
        .node("Conv", "conv", "input", tensor(model, "w", 4, 3, 3, 3))
        .integers("pads", 1, 1, 1, 1);
    String variance = model.constant("variance", positive(4), 4, 1, 1);
    model.node("Sub", "centred", "conv", tensor(model, "mean", 4, 1, 1));
    model.node("Add", "radicand", variance, scalar(model, "epsilon", 1e-5));
    model.node("Sqrt", "deviation", "radicand");
    model.node("Div", "normal", "centred", "deviation");
    model.node("Mul", "scaled", "normal", tensor(model, "gamma", 1, 4, 1, 1));
    model.node("Add", "y", tensor(model, "beta", 4, 1, 1), "scaled");
    Graph graph = checked(model);
    assertThat(layers(graph)).containsExactly("Input", "Conv", "Affine").inOrder();
    assertThat(layers(folded(graph))).containsExactly("Input", "Conv").inOrder();
  }

  @Test
  void padAndExcitation() throws Exception {
    OnnxModel model = model(3, 6, 5);
    model.node("Pad", "padded", "input", model.integers("pads", 0, 0, 1, 0, 0, 0, 2, 1));
    model.node("Conv", "conv", "padded", tensor(model, "w", 4, 3, 3, 2));
    model.node("ReduceMean", "mean", "conv", model.integers("map", 2, 3));
    model.node("Conv", "squeeze", "mean", tensor(model, "s", 2, 4, 1, 1));
    model.node("Relu", "relu", "squeeze");
    model.node("Conv", "excite", "relu", tensor(model, "e", 4, 2, 1, 1));
    model.node("HardSigmoid", "gate", "excite").real("alpha", 1 / 6.0);
    model.node("Mul", "y", "gate", "conv");
    Graph graph = checked(model);
    assertThat(layers(graph))
        .containsExactly(
            "Input",
            "Pad",
            "Conv",
            "GlobalPool",
            "Conv",
            "RELU",
            "Conv",
            "HARD_SIGMOID",
            "Multiply")
        .inOrder();
    assertThat(layers(folded(graph))).doesNotContain("Pad");
  }

  // Channels last.

  private static OnnxModel.Node transpose(OnnxModel model, String result, String from, int... by) {
    long[] axes = new long[by.length];
    for (int i = 0; i < by.length; i++) {
      axes[i] = by[i];
    }
    return model.node("Transpose", result, from).integers("perm", axes);
  }

  /** As TensorFlow's exporter writes a network: its own layout between the convolutions. */
  @Test
  void networkOfTensorFlow() throws Exception {
    OnnxModel model = model(8, 6, 3);
    model.node("Sub", "centred", "input", tensor(model, "mean", 3));
    model.node("Pad", "padded", "centred", model.integers("pads", 0, 1, 1, 0, 0, 1, 1, 0));
    transpose(model, "first", "padded", 0, 3, 1, 2);
    model.node("Conv", "conv", "first", tensor(model, "w", 4, 3, 3, 3));
    transpose(model, "back", "conv", 0, 2, 3, 1);
    model.node("Add", "biased", "back", tensor(model, "bias", 4));
    model.node("Relu", "relu", "biased");
    transpose(model, "again", "relu", 0, 3, 1, 2);
    model.node("Conv", "conv2", "again", tensor(model, "w2", 4, 4, 1, 1));
    transpose(model, "back2", "conv2", 0, 2, 3, 1);
    model.node("Add", "sum", "relu", "back2");
    model.node("Concat", "joined", "sum", "relu").integer("axis", 3);
    model.node("ReduceMean", "gate", "joined", model.integers("map", 1, 2));
    model.node("Sigmoid", "opened", "gate");
    model.node("Mul", "gated", "joined", "opened");
    model.node(
        "Slice",
        "half",
        "gated",
        model.integers("starts", 2),
        model.integers("ends", 7),
        model.integers("axes", -1));
    model.node("ReduceMean", "pooled", "half", model.integers("map2", 1, 2)).integer("keepdims", 0);
    model.node("MatMul", "product", "pooled", tensor(model, "m", 5, 3));
    model.node("Add", "logits", "product", tensor(model, "b", 3));
    model.node("Softmax", "y", "logits").integer("axis", -1);
    Graph graph = checked(model);
    assertThat(layers(graph))
        .containsExactly(
            "Input",
            "Affine",
            "Pad",
            "Conv",
            "RELU",
            "Conv",
            "Add",
            "Concat",
            "GlobalPool",
            "SIGMOID",
            "Multiply",
            "Slice",
            "GlobalPool",
            "Flatten",
            "Linear",
            "Softmax")
        .inOrder();
    assertThat(graph.inputs().get(0).shape()).isEqualTo(Shape.of(3, 8, 6));
    assertThat(messages())
        .containsExactly(
            "[ModelLayout] The input 'input' of m.onnx has its channels last, [8, 6, 3] without the"
                + " batch; here they are first, [3, 8, 6], as in every network of Sinter.");
  }

  /** A flattened head reads the rows of a map with the channels last. */
  @Test
  void flattenedHeadOfTensorFlow() throws Exception {
    OnnxModel model = model(4, 3, 2);
    transpose(model, "first", "input", 0, 3, 1, 2);
    model.node("Conv", "conv", "first", tensor(model, "w", 5, 2, 1, 1));
    transpose(model, "back", "conv", 0, 2, 3, 1);
    model.node("Reshape", "flat", "back", model.integers("shape", -1, 60));
    model.node("MatMul", "y", "flat", tensor(model, "m", 60, 3));
    assertThat(layers(model)).containsExactly("Input", "Conv", "Flatten", "Linear").inOrder();
  }

  /** A map that is given out with the channels last has them first here too. */
  @Test
  void outputWithTheChannelsLast() throws Exception {
    OnnxModel model = model(2, 4, 3);
    model.node("Conv", "conv", "input", tensor(model, "w", 5, 2, 1, 1));
    transpose(model, "y", "conv", 0, 2, 3, 1);
    Graph graph = checked(model);
    assertThat(graph.node(graph.outputs().get(0).id()).shape()).isEqualTo(Shape.of(5, 4, 3));
    assertThat(messages())
        .containsExactly(
            "[ModelLayout] The output 'y' of m.onnx has its channels last, [4, 3, 5] without the"
                + " batch; here they are first, [5, 4, 3], as in every network of Sinter.");
  }

  /** Nothing tells that the last axis are channels: all is in the file's order. */
  @Test
  void lastAxisThatIsNoChannels() throws Exception {
    OnnxModel softmax = model(3, 4, 5);
    softmax.node("Conv", "conv", "input", tensor(softmax, "w", 4, 3, 1, 1));
    softmax.node("Softmax", "y", "conv").integer("axis", 3);
    assertThat(outputOf(softmax)).isEqualTo(Shape.of(4, 4, 5));
    OnnxModel joined = model(3, 4, 5);
    joined.node("Concat", "twice", "input", "input").integer("axis", 3);
    transpose(joined, "y", "twice", 0, 2, 3, 1);
    assertThat(outputOf(joined)).isEqualTo(Shape.of(4, 10, 3));
    OnnxModel moved = model(3, 4, 5);
    transpose(moved, "turned", "input", 0, 3, 1, 2);
    moved.node("Relu", "y", "turned");
    assertThat(outputOf(moved)).isEqualTo(Shape.of(5, 3, 4));
    OnnxModel normal = model(7, 4);
    normal.node("LayerNormalization", "norm", "input", tensor(normal, "g", 4));
    transpose(normal, "y", "norm", 0, 2, 1);
    assertThat(outputOf(normal)).isEqualTo(Shape.of(4, 7));
    assertThat(messages()).isEmpty();
  }

  private Shape outputOf(OnnxModel model) throws Exception {
    Graph graph = checked(model);
    return graph.node(graph.outputs().get(0).id()).shape();
  }

  /** Through all that leaves channels where they are, from the input's to the output's. */
  @Test
  void softmaxOfEachPlaceOfTensorFlow() throws Exception {
    OnnxModel model = model(6, 5, 4);
    model.node("Mul", "scaled", "input", scalar(model, "half", 0.5));
    transpose(model, "first", "scaled", 0, 3, 1, 2);
    model.node("MaxPool", "pool", "first").integers("kernel_shape", 2, 2);
    transpose(model, "back", "pool", 0, 2, 3, 1);
    model.node("Softmax", "y", "back").integer("axis", -1);
    Graph graph = checked(model);
    assertThat(layers(graph)).containsExactly("Input", "Affine", "Pool", "Softmax").inOrder();
    assertThat(messages()).hasSize(2);
  }

  /** One input with its channels last, and another of which nothing is known. */
  @Test
  void eachInputInItsOrder() throws Exception {
    OnnxModel model = model(6, 5, 4);
    transpose(model, "first", "input", 0, 3, 1, 2);
    model.node("Conv", "conv", "first", tensor(model, "w", 3, 4, 1, 1));
    model.node("Relu", "y", "conv");
    model.node("Softmax", "z", "other").integer("axis", 3);
    model.output("y");
    model.output("z");
    ModelProto.Builder two = ModelProto.parseFrom(model.bytes()).toBuilder();
    two.getGraphBuilder().addInput(two.getGraph().getInput(0).toBuilder().setName("other"));
    Graph graph = read(two.build().toByteArray());
    assertThat(graph.inputs().stream().map(Node::shape).toList())
        .containsExactly(Shape.of(4, 6, 5), Shape.of(6, 5, 4))
        .inOrder();
    assertThat(messages())
        .containsExactly(
            "[ModelLayout] The input 'input' of m.onnx has its channels last, [6, 5, 4] without the"
                + " batch; here they are first, [4, 6, 5], as in every network of Sinter.");
  }

  // Of other ranks.

  /** Sound: a sequence of samples. */
  @Test
  void convolutionsOfSequences() throws Exception {
    OnnxModel model = model(2, 20);
    model.node("Conv", "conv", "input", tensor(model, "w", 4, 2, 5)).integers("strides", 2);
    model.node(
        "BatchNormalization",
        "norm",
        "conv",
        tensor(model, "g", 4),
        tensor(model, "b", 4),
        tensor(model, "mu", 4),
        model.constant("var", positive(4), 4));
    model.node("Relu", "relu", "norm");
    model.node("MaxPool", "pool", "relu").integers("kernel_shape", 2);
    model.node("GlobalAveragePool", "mean", "pool");
    model.node("Flatten", "flat", "mean");
    model.node("Gemm", "y", "flat", tensor(model, "m", 4, 3));
    Graph graph = checked(model);
    assertThat(layers(folded(graph)))
        .containsExactly("Input", "Conv", "Pool", "GlobalPool", "Flatten", "Linear")
        .inOrder();
  }

  /** Tokens: a linear layer on each row is a convolution with a window of one. */
  @Test
  void linearLayersOfTokens() throws Exception {
    OnnxModel model = model(7, 4);
    model.node("MatMul", "wide", "input", tensor(model, "m1", 4, 6));
    model.node("Add", "biased", "wide", tensor(model, "b1", 6));
    model.node("Relu", "relu", "biased");
    model.node("MatMul", "narrow", "relu", tensor(model, "m2", 6, 4));
    model.node("Add", "biased2", tensor(model, "b2", 4), "narrow");
    model.node("Add", "sum", "biased2", "input");
    model.node("ReduceMean", "mean", "sum", model.integers("rows", 1)).integer("keepdims", 0);
    model.node("Gemm", "y", "mean", tensor(model, "m3", 4, 3), tensor(model, "b3", 3));
    Graph graph = checked(model);
    assertThat(layers(graph))
        .containsExactly("Input", "Conv", "RELU", "Conv", "Add", "GlobalPool", "Flatten", "Linear")
        .inOrder();
    assertThat(graph.inputs().get(0).shape()).isEqualTo(Shape.of(4, 7));
  }

  /** The places of a map as tokens, as a vision transformer has them. */
  @Test
  void tokensOfAMap() throws Exception {
    OnnxModel model = model(3, 4, 2);
    model.node("Conv", "conv", "input", tensor(model, "w", 5, 3, 1, 1));
    model.node("Reshape", "rows", "conv", model.integers("shape", 1, 5, 8));
    transpose(model, "tokens", "rows", 0, 2, 1);
    model.node("MatMul", "product", "tokens", tensor(model, "m", 5, 6));
    model.node("Add", "biased", "product", tensor(model, "b", 6));
    model.node("Softmax", "y", "biased").integer("axis", -1);
    assertThat(layers(model)).containsExactly("Input", "Conv", "Conv", "Softmax", "Reshape");
  }

  /** (x − μ)/√(σ² + ε)·γ + β over the channels of each token. */
  @Test
  void layerNormByArithmetic() throws Exception {
    OnnxModel model = model(7, 4);
    String last = model.integers("last", -1);
    model.node("MatMul", "rows", "input", tensor(model, "m", 4, 6));
    model.node("ReduceMean", "mean", "rows", last);
    model.node("Sub", "centred", "rows", "mean");
    model.node("Pow", "squared", "centred", scalar(model, "two", 2));
    model.node("ReduceMean", "variance", "squared", last);
    model.node("Add", "radicand", "variance", scalar(model, "epsilon", 1e-5));
    model.node("Sqrt", "deviation", "radicand");
    model.node("Div", "normal", "centred", "deviation");
    model.node("Mul", "scaled", "normal", tensor(model, "gamma", 6));
    model.node("Add", "shifted", "scaled", tensor(model, "beta", 6));
    model.node("MatMul", "y", "shifted", tensor(model, "m2", 6, 3));
    assertThat(layers(model)).containsExactly("Input", "Conv", "Normalization", "Conv").inOrder();
  }

  /** Two heads of two channels each. */
  @Test
  void attention() throws Exception {
    OnnxModel model = model(5, 4);
    for (String part : List.of("q", "k", "v")) {
      model.node("MatMul", part + "Rows", "input", tensor(model, part + "Matrix", 4, 4));
      model.node("Reshape", part + "Split", part + "Rows", model.integers(part, 1, 5, 2, 2));
      transpose(model, part + "Heads", part + "Split", 0, 2, 1, 3);
    }
    transpose(model, "keys", "kHeads", 0, 1, 3, 2);
    model.node("MatMul", "scores", "qHeads", "keys");
    model.node("Mul", "scaled", "scores", scalar(model, "root", Math.sqrt(0.5)));
    model.node("Softmax", "weights", "scaled").integer("axis", -1);
    model.node("MatMul", "mixed", "weights", "vHeads");
    transpose(model, "rows", "mixed", 0, 2, 1, 3);
    model.node("Reshape", "joined", "rows", model.integers("all", 1, 5, 4));
    model.node("MatMul", "product", "joined", tensor(model, "m", 4, 4));
    model.node("Add", "y", "product", "input");
    assertThat(layers(model)).contains("Softmax");
  }

  // What it takes to check them.

  private List<String> layers(OnnxModel model) throws Exception {
    return layers(checked(model));
  }

  private static List<String> layers(Graph graph) {
    return graph.nodes().stream()
        .map(Node::op)
        .map(
            op ->
                op instanceof Op.Activate activate
                    ? activate.activation().kind().name()
                    : op.getClass().getSimpleName())
        .toList();
  }

  private static Graph folded(Graph graph) {
    return new Folder(Folder.ALL).fold(graph, rewrite -> {});
  }

  private List<String> messages() {
    return found.all().stream().map(Diagnostic::toString).toList();
  }

  private Graph read(OnnxModel model) throws Exception {
    return read(model.bytes());
  }

  private Graph read(byte[] model) throws Exception {
    Files.write(folder.resolve("m.onnx"), model);
    return new ModelReader("m.onnx", Location.NOWHERE, found)
        .read(
            new Locator(List.of(new DirectoryPlace(folder)), ""),
            List.of(),
            Location.NOWHERE,
            List.of())
        .orElse(null);
  }

  /** The graph, whose output y is ONNX Runtime's. */
  private Graph checked(OnnxModel model) throws Exception {
    model.output("y");
    Graph graph = read(model);
    assertWithMessage("%s", messages()).that(graph).isNotNull();
    Node input = graph.inputs().get(0);
    int size = (int) input.shape().size();
    float[] x = numbers(size);
    for (int i = 0; i < size; i++) {
      x[i] *= 4; // beyond the bounds of whatever is bounded
    }
    boolean inputIsLast = messages().toString().contains("The input");
    double[] planes = new double[size];
    for (int i = 0; i < size; i++) {
      planes[i] = x[inputIsLast ? last(i, input.shape()) : i];
    }
    Map<Integer, Value> values = Interpreter.run(graph, Map.of(input.id(), planes));
    Node output = graph.node(graph.outputs().get(0).id());
    double[] actual = values.get(output.id()).values();
    boolean outputIsLast = messages().toString().contains("The output");
    float[] expected = model.run(x).get("y");
    assertThat(actual).hasLength(expected.length);
    List<Double> errors = new ArrayList<>();
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      double other = expected[outputIsLast ? last(i, output.shape()) : i];
      largest = Math.max(largest, Math.abs(other));
      errors.add(Math.abs(actual[i] - other));
    }
    double allowed = CONTRACT * largest;
    assertWithMessage("errors where %s are allowed", allowed)
        .that(errors.stream().filter(error -> !(error <= allowed)).toList())
        .isEmpty();
    return graph;
  }

  /** Where an element is if its channel comes last. */
  private static int last(int i, Shape shape) {
    int plane = (int) shape.plane();
    return i % plane * shape.channels() + i / plane;
  }
}
