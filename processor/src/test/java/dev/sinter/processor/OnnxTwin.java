package dev.sinter.processor;

import ai.onnxruntime.OrtException;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.tools.JavaFileObject;

/**
 * One network three times: as a declaration with its weights, as an ONNX model with the same
 * weights, and as a graph for the reference in double. ONNX Runtime shares no line with the others.
 */
final class OnnxTwin {
  private final String name;
  private final Shape input;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private final Set<String> outputs = new TreeSet<>();
  private final SafetensorsWriter weights = new SafetensorsWriter();
  private final OnnxModel onnx;
  private final Graph.Builder reference = Graph.builder();
  private final Map<String, Integer> ids = new HashMap<>();
  private int roundings;

  /**
   * A network without layers.
   *
   * @param name of its class
   */
  OnnxTwin(String name, Shape input) {
    this.name = name;
    this.input = input;
    onnx = new OnnxModel(name, input);
    ids.put("input", reference.add("input", new Op.Input(input), List.of()));
  }

  String name() {
    return name;
  }

  Shape input() {
    return input;
  }

  /** Roundings: a weight's, a product, and as many sums as there are products (with the bias). */
  OnnxTwin conv(String layer, String from, Op.Conv conv) {
    String annotation = "@Conv(" + moves(conv.window()) + ", dilation = %s, from = \"%s\")";
    declare(layer, annotation.formatted(list(conv.window().dilation()), from), conv, from);
    OnnxModel.Node node =
        onnx.node("Conv", layer, weighted(layer, from, conv.weight(), conv.bias()));
    node.window(conv.window(), 2)
        .integers("dilations", conv.window().dilation().height(), conv.window().dilation().width())
        .integer("group", conv.groups());
    roundings += conv.taps() + 2;
    return this;
  }

  /** Roundings: ONNX Runtime has six (σ² + ε, √, /, ·μ or ·x, two sums), where we have three. */
  OnnxTwin batchNorm(String layer, String from, Op.BatchNorm norm) {
    String annotation = "@BatchNorm(eps = " + norm.epsilon() + ", from = \"" + from + "\")";
    declare(layer, annotation, norm, from);
    onnx.node(
            "BatchNormalization",
            layer,
            from,
            tensor(layer + ".weight", norm.gamma()),
            tensor(layer + ".bias", norm.beta()),
            tensor(layer + ".running_mean", norm.mean()),
            tensor(layer + ".running_var", norm.variance()))
        .real("epsilon", norm.epsilon());
    roundings += 6;
    return this;
  }

  OnnxTwin linear(String layer, String from, Op.Linear linear) {
    declare(layer, "@Linear(from = \"" + from + "\")", linear, from);
    onnx.node("Gemm", layer, weighted(layer, from, linear.weight(), linear.bias()))
        .integer("transB", 1);
    roundings += linear.weight().shape().extent(1) + 2;
    return this;
  }

  OnnxTwin maxPool(String layer, String from, Op.Pool pool) {
    String annotation =
        "@MaxPool(kernel = %s, %s, ceilMode = %s, from = \"%s\")"
            .formatted(list(pool.window().kernel()), moves(pool.window()), pool.ceil(), from);
    declare(layer, annotation, pool, from);
    onnx.node("MaxPool", layer, from).window(pool.window(), 2).flag("ceil_mode", pool.ceil());
    return this;
  }

  OnnxTwin averagePool(String layer, String from, Op.Pool pool) {
    Window.Pair kernel = pool.window().kernel();
    String annotation =
        "@AvgPool(kernel = %s, %s, ceilMode = %s, countIncludePad = %s, from = \"%s\")"
            .formatted(list(kernel), moves(pool.window()), pool.ceil(), pool.countPadding(), from);
    declare(layer, annotation, pool, from);
    onnx.node("AveragePool", layer, from)
        .window(pool.window(), 2)
        .flag("ceil_mode", pool.ceil())
        .flag("count_include_pad", pool.countPadding());
    roundings += kernel.height() * kernel.width() + 1;
    return this;
  }

  OnnxTwin globalAveragePool(String layer, String from) {
    Op pool = new Op.GlobalPool(Op.Pool.Kind.AVERAGE);
    declare(layer, "@GlobalAvgPool(from = \"" + from + "\")", pool, from);
    onnx.node("GlobalAveragePool", layer, from);
    roundings += (int) reference.shape(ids.get(from)).plane() + 1;
    return this;
  }

  OnnxTwin add(String layer, String a, String b) {
    String annotation = "@Add({\"" + a + "\", \"" + b + "\"})";
    declare(layer, annotation, new Op.Add(Activation.NONE), a, b);
    onnx.node("Add", layer, a, b);
    roundings++;
    return this;
  }

  OnnxTwin flatten(String layer, String from) {
    declare(layer, "@Flatten(from = \"" + from + "\")", new Op.Flatten(), from);
    onnx.node("Flatten", layer, from);
    return this;
  }

  OnnxTwin softmax(String layer, String from) {
    declare(layer, "@Softmax(from = \"" + from + "\")", new Op.Softmax(), from);
    onnx.node("Softmax", layer, from).integer("axis", 1);
    return this;
  }

  OnnxTwin activation(String layer, String from, Activation.Kind kind) {
    declare(
        layer,
        "@Activation(value = " + kind + ", from = \"" + from + "\")",
        new Op.Activate(Activation.of(kind)),
        from);
    onnx.activation(layer, from, Activation.of(kind));
    return this;
  }

  /** Those with a parameter. ONNX's Softplus has β = 1. */
  OnnxTwin activation(String layer, String from, Activation.Kind kind, double alpha) {
    declare(
        layer,
        "@Activation(value = %s, alpha = %s, from = \"%s\")".formatted(kind, alpha, from),
        new Op.Activate(Activation.of(kind, alpha)),
        from);
    onnx.activation(layer, from, Activation.of(kind, alpha));
    return this;
  }

  OnnxTwin output(String layer) {
    outputs.add(layer);
    onnx.output(layer);
    reference.output(layer, ids.get(layer));
    return this;
  }

  /**
   * What a result may be off in units of the sum of the magnitudes of its terms, Σ|w·x|. With N
   * roundings to float on the longest way to it, in whichever implementation has most, and u = 2⁻²⁴
   * that is γ = N·u/(1 − N·u), whatever the order of summation (N. J. Higham, Accuracy and
   * Stability of Numerical Algorithms, lemma 3.1). Activations are not counted: of those without a
   * parameter ReLU rounds nothing.
   */
  double unitError() {
    double error = roundings * 0x1p-24;
    return error / (1 - error);
  }

  /** A class that imports it. */
  JavaFileObject imported() {
    return Networks.source(
        "p." + name + "Imported",
        """
        package p;
        @dev.sinter.Network(model = "%s.onnx")
        public class %sImported {}
        """
            .formatted(name, name));
  }

  void writeModel(Path folder) throws IOException {
    Files.write(folder.resolve(name + ".onnx"), onnx.bytes());
  }

  /** The class that declares it. */
  JavaFileObject declaration() {
    StringBuilder text = new StringBuilder();
    fields.forEach(
        (layer, annotation) -> {
          String output = outputs.contains(layer) ? "@Output " : "";
          text.append("  %s%s Layer %s;%n".formatted(output, annotation, layer));
        });
    return Networks.source(
        "p." + name,
        """
        package p;
        import static dev.sinter.Activation.Function.*;
        import dev.sinter.*;
        @Network(input = %s, weights = "%s.safetensors")
        public class %s {
        %s}
        """
            .formatted(list(extents(input)), name, name, text));
  }

  void writeWeights(Path folder) throws IOException {
    weights.write(folder.resolve(name + ".safetensors"));
  }

  /** Every output in double, with its magnitude. */
  Map<String, Value> inDouble(float[] x) {
    Graph graph = reference.build();
    Map<Integer, Value> values =
        Interpreter.run(graph, Map.of(ids.get("input"), Tensor.of(input, x).toDoubles()));
    Map<String, Value> results = new LinkedHashMap<>();
    graph.outputs().forEach(output -> results.put(output.name(), values.get(output.id())));
    return results;
  }

  /** Every output by ONNX Runtime. */
  Map<String, float[]> byOnnxRuntime(float[] x) throws OrtException {
    return onnx.run(x);
  }

  private void declare(String layer, String annotation, Op op, String... from) {
    fields.put(layer, annotation);
    ids.put(layer, reference.add(layer, op, Arrays.stream(from).map(ids::get).toList()));
  }

  /** What a convolution or a linear layer is given. */
  private String[] weighted(String layer, String from, Tensor weight, Tensor bias) {
    String weights = tensor(layer + ".weight", weight);
    return bias == null
        ? new String[] {from, weights}
        : new String[] {from, weights, tensor(layer + ".bias", bias)};
  }

  private String tensor(String tensor, Tensor values) {
    weights.add(tensor, values.toFloats(), extents(values.shape()));
    return onnx.constant(tensor, values.toFloats(), extents(values.shape()));
  }

  private static String moves(Window window) {
    Window.Padding p = window.padding();
    return "stride = %s, padding = %s"
        .formatted(list(window.stride()), list(p.top(), p.left(), p.bottom(), p.right()));
  }

  private static String list(Window.Pair pair) {
    return list(pair.height(), pair.width());
  }

  private static String list(int... numbers) {
    return Arrays.toString(numbers).replace('[', '{').replace(']', '}');
  }

  private static int[] extents(Shape shape) {
    return shape.extents().stream().mapToInt(extent -> extent).toArray();
  }
}
